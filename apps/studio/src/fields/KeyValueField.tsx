import { Braces, Plus, Trash2, Type } from 'lucide-react';
import { useState } from 'react';
import { Button, IconButton } from '../components/Button.tsx';
import { TextInput } from '../components/Field.tsx';
import type { FieldProps } from './field-props.ts';
import { JsonText } from './JsonField.tsx';
import { TemplateInput } from './TemplateInput.tsx';

type Entries = readonly (readonly [string, unknown])[];

function freeKey(entries: Entries): string {
  const taken = new Set(entries.map(([key]) => key));
  for (let n = 1; ; n += 1) {
    const key = n === 1 ? 'key' : `key_${n}`;
    if (!taken.has(key)) return key;
  }
}

function KeyInput({
  value,
  taken,
  onRename,
}: {
  readonly value: string;
  readonly taken: ReadonlySet<string>;
  readonly onRename: (next: string) => void;
}) {
  const [draft, setDraft] = useState<string>();
  const text = draft ?? value;
  const clash = text !== value && taken.has(text);
  return (
    <TextInput
      aria-label="Key"
      aria-invalid={clash || undefined}
      className={`font-mono text-xs! ${clash ? 'border-bad!' : ''}`}
      value={text}
      onFocus={(event) => event.target.value.startsWith('key') && event.target.select()}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => {
        if (draft !== undefined && draft !== '' && !clash) onRename(draft);
        setDraft(undefined);
      }}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  );
}

/** Names with values. Text values are templates; a value that is not text is edited as JSON. */
export function KeyValueField({ id, field, value, onChange }: FieldProps) {
  const entries: Entries =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  const [added, setAdded] = useState<string>();
  const put = (next: Entries) => onChange(next.length === 0 && !field.required ? undefined : Object.fromEntries(next));
  const replace = (index: number, entry: readonly [string, unknown]) =>
    put(entries.map((old, i) => (i === index ? entry : old)));
  const keys = new Set(entries.map(([key]) => key));
  return (
    <div id={id} className="grid gap-1.5">
      {entries.map(([key, item], index) => {
        const isText = typeof item === 'string';
        return (
          <div
            key={key}
            className="group grid grid-cols-[minmax(72px,2fr)_minmax(0,3fr)_auto] items-start gap-1"
            ref={(row) => {
              if (row && added === key) {
                row.querySelector('input')?.focus();
                setAdded(undefined);
              }
            }}
          >
            <KeyInput value={key} taken={keys} onRename={(next) => replace(index, [next, item])} />
            {isText ? (
              <TemplateInput
                label={`Value of ${key}`}
                secret={field.annotation.secret === true}
                value={item}
                onChange={(next) => replace(index, [key, next])}
              />
            ) : (
              <JsonText label={`Value of ${key}`} value={item} onChange={(next) => replace(index, [key, next])} />
            )}
            <div className="flex h-8 items-center opacity-45 group-focus-within:opacity-100 group-hover:opacity-100 [&>button]:size-5">
              <IconButton
                size="sm"
                label={isText ? 'Edit as JSON' : 'Edit as text'}
                onClick={() => replace(index, [key, isText ? null : JSON.stringify(item)])}
              >
                {isText ? <Type aria-hidden /> : <Braces aria-hidden />}
              </IconButton>
              <IconButton size="sm" label={`Remove ${key}`} onClick={() => put(entries.filter((_, i) => i !== index))}>
                <Trash2 aria-hidden />
              </IconButton>
            </div>
          </div>
        );
      })}
      <div>
        <Button
          size="sm"
          tone="quiet"
          className="-ml-2"
          icon={<Plus className="size-3.5" aria-hidden />}
          onClick={() => {
            const key = freeKey(entries);
            setAdded(key);
            put([...entries, [key, '']]);
          }}
        >
          Add {field.title.toLowerCase() === 'headers' ? 'header' : 'entry'}
        </Button>
      </div>
    </div>
  );
}
