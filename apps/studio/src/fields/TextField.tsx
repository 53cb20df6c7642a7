import { TextInput } from '../components/Field.tsx';
import { asText, type FieldProps } from './field-props.ts';
import { TemplateInput } from './TemplateInput.tsx';

/** A string: a template, an expression, or plain text where the schema says raw. */
export function TextField({ id, field, value, onChange, invalid }: FieldProps) {
  const { mode, placeholder } = field.annotation;
  const change = (text: string) => onChange(text === '' && !field.required ? undefined : text);
  const hint = placeholder ?? (field.fallback === undefined ? undefined : String(field.fallback));
  if (mode === 'raw') {
    return (
      <TextInput
        id={id}
        value={asText(value)}
        placeholder={hint}
        aria-invalid={invalid || undefined}
        onChange={(event) => change(event.target.value)}
      />
    );
  }
  return (
    <TemplateInput
      id={id}
      value={asText(value)}
      onChange={change}
      mode={mode === 'expression' ? 'expression' : 'template'}
      placeholder={hint}
      rows={field.kind === 'multiline' ? 4 : 1}
      invalid={invalid}
    />
  );
}
