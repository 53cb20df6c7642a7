import { Plus, Trash2 } from 'lucide-react';
import { Button, IconButton } from '../components/Button.tsx';
import { asText, type FieldProps } from './field-props.ts';
import { TemplateInput } from './TemplateInput.tsx';

/** A list of texts. */
export function ListField({ field, value, onChange }: FieldProps) {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const put = (next: readonly unknown[]) => onChange(next.length === 0 ? undefined : next);
  return (
    <div className="grid gap-1.5">
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an entry is its place
        <div key={index} className="grid grid-cols-[1fr_auto] items-start gap-1.5">
          <TemplateInput
            label={`${field.title} ${index + 1}`}
            value={asText(item)}
            onChange={(next) => put(items.map((old, i) => (i === index ? next : old)))}
          />
          <IconButton
            size="sm"
            className="mt-1"
            label={`Remove entry ${index + 1}`}
            onClick={() => put(items.filter((_, i) => i !== index))}
          >
            <Trash2 aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          size="sm"
          tone="quiet"
          className="-ml-2"
          icon={<Plus className="size-3.5" aria-hidden />}
          onClick={() => put([...items, ''])}
        >
          Add entry
        </Button>
      </div>
    </div>
  );
}
