import { useState } from 'react';
import { TextInput } from '../components/Field.tsx';
import { asText, type FieldProps } from './field-props.ts';
import { TemplateInput } from './TemplateInput.tsx';

/** A number, or an expression that gives one. */
export function NumberField({ id, field, value, onChange, invalid }: FieldProps) {
  const [draft, setDraft] = useState<string>();
  const text = draft ?? asText(value);
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
    <TextInput
      id={id}
      inputMode="decimal"
      value={text}
      placeholder={field.fallback === undefined ? field.annotation.placeholder : String(field.fallback)}
      aria-invalid={invalid || undefined}
      className="tabular-nums"
      onChange={(event) => {
        const next = event.target.value;
        const number = Number(next);
        setDraft(next);
        if (next.trim() === '') onChange(undefined);
        else if (Number.isFinite(number)) onChange(number);
        else if (next.includes('{{')) onChange(next);
      }}
      onBlur={() => setDraft(undefined)}
    />
  );
}
