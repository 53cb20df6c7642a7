import { Check, ChevronDown } from 'lucide-react';
import { Select } from 'radix-ui';
import { classNames } from './class-names.ts';
import { controlClass } from './Field.tsx';

/** One choice; an empty string as value stands for "none". */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly note?: string;
}

interface SelectInputProps {
  readonly id?: string;
  readonly label?: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly className?: string;
  readonly disabled?: boolean;
}

const none = ' none';

/** A choice among few values. */
export function SelectInput({
  id,
  label,
  value,
  choices,
  onChange,
  placeholder,
  className,
  disabled,
}: SelectInputProps) {
  const known = choices.some((choice) => choice.value === value);
  return (
    <Select.Root
      value={known ? value || none : ''}
      onValueChange={(next) => onChange(next === none ? '' : next)}
      disabled={disabled ?? false}
    >
      <Select.Trigger
        id={id}
        aria-label={label}
        className={classNames(
          controlClass,
          'flex h-8 items-center justify-between gap-2 text-left data-placeholder:text-faint',
          className,
        )}
      >
        <span className="truncate">
          <Select.Value placeholder={placeholder ?? (value || 'Choose')} />
        </span>
        <Select.Icon>
          <ChevronDown className="size-3.5 text-soft" aria-hidden />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Content
          position="popper"
          sideOffset={4}
          className="appear z-50 max-h-80 min-w-(--radix-select-trigger-width) overflow-hidden rounded-lg border border-line-strong bg-raised p-1 shadow-float"
        >
          <Select.Viewport>
            {choices.map((choice) => (
              <Select.Item
                key={choice.value}
                value={choice.value || none}
                className="flex h-8 items-center gap-2 rounded-md pr-2 pl-7 text-sm text-body outline-none select-none data-highlighted:bg-hover data-highlighted:text-strong"
              >
                <Select.ItemIndicator className="absolute left-3">
                  <Check className="size-3.5 text-accent" aria-hidden />
                </Select.ItemIndicator>
                <Select.ItemText>{choice.label}</Select.ItemText>
                {choice.note && <span className="ml-auto text-xs text-faint">{choice.note}</span>}
              </Select.Item>
            ))}
          </Select.Viewport>
        </Select.Content>
      </Select.Portal>
    </Select.Root>
  );
}
