import { useState } from 'react';
import { CodeEditor } from '../components/CodeEditor.tsx';
import { TextInput } from '../components/Field.tsx';
import type { FieldProps } from './field-props.ts';

function parse(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** One line of JSON; the value changes when the text is valid. */
export function JsonText(props: {
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const [draft, setDraft] = useState<string>();
  const text = draft ?? JSON.stringify(props.value) ?? '';
  const bad = draft !== undefined && !parse(draft).ok;
  return (
    <TextInput
      aria-label={props.label}
      aria-invalid={bad || undefined}
      className={`font-mono text-xs! ${bad ? 'border-bad!' : ''}`}
      value={text}
      onChange={(event) => {
        setDraft(event.target.value);
        const parsed = parse(event.target.value);
        if (parsed.ok) props.onChange(parsed.value);
      }}
      onBlur={() => setDraft(undefined)}
    />
  );
}

/** Any JSON; strings inside may hold templates. The value changes when the text is valid. */
export function JsonField({ field, value, onChange }: FieldProps) {
  const [draft, setDraft] = useState<{ readonly text: string; readonly of: unknown }>();
  const current = value === undefined ? '' : JSON.stringify(value, null, 2);
  const text = draft && draft.of === value ? draft.text : current;
  const parsed = text.trim() === '' ? undefined : parse(text);
  return (
    <div>
      <div className="overflow-hidden rounded-md border border-line-strong focus-within:border-accent">
        <CodeEditor
          label={field.title}
          language="json"
          lineNumbers={false}
          value={text}
          className="h-32"
          onChange={(next) => {
            const result = next.trim() === '' ? ({ ok: true, value: undefined } as const) : parse(next);
            if (result.ok) {
              setDraft({ text: next, of: result.value });
              onChange(result.value);
            } else setDraft({ text: next, of: value });
          }}
        />
      </div>
      {parsed?.ok === false && <p className="mt-1 text-xs text-bad">{parsed.message}</p>}
    </div>
  );
}
