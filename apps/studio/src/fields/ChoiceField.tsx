import { SelectInput } from '../components/SelectInput.tsx';
import { Toggle } from '../components/Toggle.tsx';
import { asText, type FieldProps } from './field-props.ts';
import { TemplateInput } from './TemplateInput.tsx';

/** One of the schema's values; a template already there stays a template. */
export function SelectField({ id, field, value, onChange, invalid }: FieldProps) {
  const text = asText(value);
  if (text.includes('{{'))
    return (
      <TemplateInput
        id={id}
        value={text}
        onChange={(next) => onChange(next === '' ? undefined : next)}
        invalid={invalid}
      />
    );
  const fallback = field.fallback === undefined ? undefined : String(field.fallback);
  const none = field.required
    ? []
    : [{ value: '', label: fallback === undefined ? 'Not set' : `${fallback} (default)` }];
  const choices = field.choices
    .filter((choice) => field.required || choice !== fallback)
    .map((choice) => ({ value: choice, label: choice }));
  return (
    <SelectInput
      id={id}
      value={text === fallback && !field.required ? '' : text}
      choices={[...none, ...choices]}
      onChange={(next) => onChange(next === '' ? undefined : next)}
    />
  );
}

/** On or off, or an expression. */
export function BooleanField({ id, field, value, onChange, invalid }: FieldProps) {
  if (typeof value === 'string')
    return (
      <TemplateInput
        id={id}
        value={value}
        onChange={(next) => onChange(next === '' ? undefined : next)}
        invalid={invalid}
      />
    );
  return (
    <div className="flex h-8 items-center">
      <Toggle
        id={id}
        label={field.title}
        checked={(value ?? field.fallback ?? false) === true}
        onChange={(checked) => onChange(checked)}
      />
    </div>
  );
}
