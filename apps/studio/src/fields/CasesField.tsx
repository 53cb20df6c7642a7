import { Plus, Trash2 } from 'lucide-react';
import { Button, IconButton } from '../components/Button.tsx';
import { TextInput } from '../components/Field.tsx';
import type { FieldProps } from './field-props.ts';
import { asText } from './field-props.ts';
import { TemplateInput } from './TemplateInput.tsx';

interface Case {
  readonly when: unknown;
  readonly port: unknown;
}

/** Cases in order: the first whose condition holds decides the port; otherwise `else`. */
export function CasesField({ value, onChange }: FieldProps) {
  const cases: readonly Case[] = Array.isArray(value) ? value : [];
  const put = (next: readonly Case[]) => onChange(next.length === 0 ? undefined : next);
  const change = (index: number, patch: Partial<Case>) =>
    put(cases.map((item, i) => (i === index ? { ...item, ...patch } : item)));
  return (
    <div className="grid gap-2">
      {cases.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a case is its place
        <div key={index} className="grid gap-1.5 rounded-md border border-line bg-page/50 p-2">
          <div className="flex items-center gap-2">
            <span className="w-9 text-2xs text-faint">Port</span>
            <TextInput
              aria-label={`Port of case ${index + 1}`}
              className="h-7! font-mono text-xs!"
              value={asText(item.port)}
              onChange={(event) => change(index, { port: event.target.value })}
            />
            <IconButton
              size="sm"
              label={`Remove case ${index + 1}`}
              onClick={() => put(cases.filter((_, i) => i !== index))}
            >
              <Trash2 aria-hidden />
            </IconButton>
          </div>
          <div className="grid grid-cols-[36px_1fr] items-start gap-2">
            <span className="pt-1.5 text-2xs text-faint">When</span>
            <TemplateInput
              label={`Condition of case ${index + 1}`}
              mode="expression"
              value={asText(item.when)}
              placeholder="$input.default.total > 100"
              onChange={(when) => change(index, { when })}
            />
          </div>
        </div>
      ))}
      <div>
        <Button
          size="sm"
          tone="quiet"
          className="-ml-2"
          icon={<Plus className="size-3.5" aria-hidden />}
          onClick={() => put([...cases, { when: '', port: `case_${cases.length + 1}` }])}
        >
          Add case
        </Button>
      </div>
    </div>
  );
}
