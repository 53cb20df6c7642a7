import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Hint } from './Hint.tsx';

type Tone = 'primary' | 'plain' | 'quiet' | 'danger';

const tones: Readonly<Record<Tone, string>> = {
  primary:
    'bg-accent-strong text-on-accent border-transparent hover:brightness-110 shadow-[inset_0_1px_0_rgb(255_255_255/0.14)]',
  plain: 'bg-raised text-strong border-line-strong hover:bg-hover',
  quiet: 'bg-transparent text-soft border-transparent hover:bg-hover hover:text-strong',
  danger: 'bg-transparent text-bad border-line-strong hover:bg-bad/10 hover:border-bad/50',
};

interface ButtonProps extends ComponentProps<'button'> {
  readonly tone?: Tone;
  readonly size?: 'sm' | 'md';
  readonly icon?: ReactNode;
  readonly busy?: boolean;
}

/** A button with a word on it. */
export function Button({
  tone = 'plain',
  size = 'md',
  icon,
  busy,
  children,
  className,
  disabled,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors select-none disabled:opacity-45',
        size === 'sm' ? 'h-7 px-2 text-xs' : 'h-8 px-3 text-sm',
        tones[tone],
        className,
      )}
      {...rest}
    >
      {icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<'button'> {
  /** Read aloud and shown as the tooltip. */
  readonly label: string;
  readonly shortcut?: string;
  readonly size?: 'sm' | 'md';
  readonly active?: boolean;
}

/** A button with only an icon; its label is the tooltip and the accessible name. */
export function IconButton({ label, shortcut, size = 'md', active, className, ...rest }: IconButtonProps) {
  return (
    <Hint text={label} shortcut={shortcut}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={active}
        className={classNames(
          'inline-grid shrink-0 place-items-center rounded-md text-soft transition-colors hover:bg-hover hover:text-strong disabled:pointer-events-none disabled:opacity-35',
          size === 'sm' ? 'size-6 [&_svg]:size-3.5' : 'size-8 [&_svg]:size-4',
          active && 'bg-hover text-strong',
          className,
        )}
        {...rest}
      />
    </Hint>
  );
}
