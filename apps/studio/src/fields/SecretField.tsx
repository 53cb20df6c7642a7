import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../api/queries.ts';
import { SelectInput } from '../components/SelectInput.tsx';
import { asText, type FieldProps } from './field-props.ts';
import { TemplateInput } from './TemplateInput.tsx';

const reference = /^\{\{\s*\$secrets\.([A-Za-z0-9_]+)\s*\}\}$/;

/** A secret by name. Anything more than one secret is edited as a template. */
export function SecretField({ id, field, value, onChange, invalid }: FieldProps) {
  const secrets = useQuery(queries.secrets()).data?.items ?? [];
  const text = asText(value);
  const name = reference.exec(text)?.[1];
  if (text !== '' && name === undefined) {
    return (
      <TemplateInput
        id={id}
        value={text}
        onChange={(next) => onChange(next === '' ? undefined : next)}
        invalid={invalid}
      />
    );
  }
  const names = new Set([...secrets.map((secret) => secret.name), ...(name === undefined ? [] : [name])]);
  return (
    <div className="grid gap-1">
      <SelectInput
        id={id}
        value={name ?? ''}
        choices={[
          { value: '', label: field.required ? 'Choose a secret' : 'None' },
          ...[...names].map((secret) => ({ value: secret, label: secret })),
        ]}
        onChange={(next) => onChange(next === '' ? undefined : `{{ $secrets.${next} }}`)}
      />
      {secrets.length === 0 && (
        <p className="text-2xs text-faint">
          No secrets stored yet.{' '}
          <Link to="/secrets" className="text-accent hover:underline">
            Add one
          </Link>
        </p>
      )}
    </div>
  );
}
