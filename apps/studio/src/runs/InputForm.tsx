import { Labelled, TextArea, TextInput } from '../components/Field.tsx';
import { SelectInput } from '../components/SelectInput.tsx';
import { Toggle } from '../components/Toggle.tsx';
import { fieldTitle } from '../engine/config-fields.ts';
import { JsonText } from '../fields/JsonField.tsx';

interface PropertySchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
}

function Control(props: {
  readonly id: string;
  readonly label: string;
  readonly schema: PropertySchema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const { id, label, schema, value, onChange } = props;
  if (schema.enum) {
    return (
      <SelectInput
        id={id}
        value={String(value ?? '')}
        choices={schema.enum.map((item) => ({ value: String(item), label: String(item) }))}
        onChange={onChange}
      />
    );
  }
  switch (schema.type) {
    case 'boolean':
      return <Toggle id={id} checked={value === true} onChange={onChange} />;
    case 'number':
    case 'integer':
      return (
        <TextInput
          id={id}
          type="number"
          step={schema.type === 'integer' ? 1 : 'any'}
          value={String(value ?? '')}
          onChange={(event) => onChange(event.target.value === '' ? null : Number(event.target.value))}
        />
      );
    case 'string':
      return (schema.maxLength ?? 0) > 200 ? (
        <TextArea id={id} value={String(value ?? '')} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <TextInput id={id} value={String(value ?? '')} onChange={(event) => onChange(event.target.value)} />
      );
    default:
      return <JsonText label={label} value={value ?? null} onChange={onChange} />;
  }
}

/** A form for the workflow's declared input. */
export function InputForm(props: {
  readonly schema: { readonly properties?: Readonly<Record<string, unknown>>; readonly required?: readonly string[] };
  readonly value: Readonly<Record<string, unknown>>;
  readonly onChange: (value: Record<string, unknown>) => void;
}) {
  const required = new Set(props.schema.required ?? []);
  return (
    <div className="grid gap-4">
      {Object.entries(props.schema.properties ?? {}).map(([name, schema]) => {
        const property = schema as PropertySchema;
        const title = property.title ?? fieldTitle(name);
        return (
          <Labelled key={name} label={title} hint={property.description} optional={!required.has(name)}>
            {(id) => (
              <Control
                id={id}
                label={title}
                schema={property}
                value={props.value[name]}
                onChange={(value) => props.onChange({ ...props.value, [name]: value })}
              />
            )}
          </Labelled>
        );
      })}
    </div>
  );
}
