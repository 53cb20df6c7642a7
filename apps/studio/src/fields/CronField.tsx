import { TextInput } from '../components/Field.tsx';
import { SelectInput } from '../components/SelectInput.tsx';
import { asText, type FieldProps } from './field-props.ts';

const presets = [
  { value: '* * * * *', label: 'Every minute' },
  { value: '*/15 * * * *', label: 'Every 15 minutes' },
  { value: '0 * * * *', label: 'Every hour' },
  { value: '0 9 * * *', label: 'Every day at 09:00' },
  { value: '0 9 * * 1-5', label: 'Weekdays at 09:00' },
  { value: '0 9 * * 1', label: 'Mondays at 09:00' },
  { value: '0 0 1 * *', label: 'First day of the month' },
];

/** A cron schedule: common ones to choose, any to type. */
export function CronField({ id, value, onChange, invalid }: FieldProps) {
  const text = asText(value);
  return (
    <div className="grid gap-2">
      <TextInput
        id={id}
        className="font-mono text-xs!"
        placeholder="0 9 * * 1-5"
        value={text}
        aria-invalid={invalid || undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      <SelectInput
        label="Common schedules"
        value={text}
        placeholder="Common schedules"
        choices={presets}
        onChange={onChange}
      />
      <p className="text-2xs text-faint">minute · hour · day of month · month · day of week</p>
    </div>
  );
}
