import { useState } from 'react';
import { TextInput } from '../components/Field.tsx';
import { SelectInput } from '../components/SelectInput.tsx';
import { asText } from './field-props.ts';
import { TemplateInput } from './TemplateInput.tsx';

const units = [
  { value: 'ms', label: 'milliseconds' },
  { value: 's', label: 'seconds' },
  { value: 'm', label: 'minutes' },
  { value: 'h', label: 'hours' },
  { value: 'd', label: 'days' },
];

/** A duration such as `30s`: an amount and a unit. Also used without a config field, for timeouts and retries. */
export function DurationInput(props: {
  readonly id?: string;
  readonly label?: string;
  readonly value: unknown;
  readonly placeholder?: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}) {
  const text = asText(props.value);
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const [unit, setUnit] = useState('s');
  const shown = match?.[2] ?? unit;
  return (
    <div className="flex gap-2">
      <TextInput
        id={props.id}
        aria-label={props.label}
        inputMode="decimal"
        className="w-24! tabular-nums"
        placeholder={props.placeholder?.replace(/[a-z]+$/, '')}
        value={match?.[1] ?? text}
        onChange={(event) =>
          props.onChange(event.target.value === '' ? undefined : `${event.target.value.replace(/[^\d.]/g, '')}${shown}`)
        }
      />
      <SelectInput
        label="Unit"
        value={shown}
        choices={units}
        onChange={(next) => {
          setUnit(next);
          if (match) props.onChange(`${match[1]}${next}`);
        }}
      />
    </div>
  );
}

/** A duration, or an expression that gives one. */
export function DurationField(props: {
  readonly id: string;
  readonly value: unknown;
  readonly placeholder?: string | undefined;
  readonly onChange: (value: unknown) => void;
}) {
  const text = asText(props.value);
  if (text.includes('{{'))
    return (
      <TemplateInput id={props.id} value={text} onChange={(next) => props.onChange(next === '' ? undefined : next)} />
    );
  return <DurationInput {...props} />;
}
