import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** A short fact in a box. */
export function Tag({
  children,
  tone = 'plain',
  className,
}: {
  readonly children: ReactNode;
  readonly tone?: 'plain' | 'accent' | 'ok' | 'warn';
  readonly className?: string;
}) {
  const tones = {
    plain: 'border-line-strong text-soft',
    accent: 'border-accent/40 text-accent bg-accent/8',
    ok: 'border-ok/35 text-ok bg-ok/8',
    warn: 'border-warn/35 text-warn bg-warn/8',
  };
  return (
    <span
      className={classNames(
        'inline-flex h-5 items-center gap-1 rounded border px-1.5 text-2xs font-medium whitespace-nowrap',
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
