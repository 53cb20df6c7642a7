import { type ComponentProps, type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';

/** Look of every text control. */
export const controlClass =
  'ring-focus w-full rounded-md border border-line-strong bg-page px-2.5 text-sm text-strong transition-colors placeholder:text-faint hover:border-faint disabled:opacity-50';

/** A one-line text input. */
export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input className={classNames(controlClass, 'h-8', className)} autoComplete="off" spellCheck={false} {...rest} />
  );
}

/** A several-line text input. */
export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea
      className={classNames(controlClass, 'min-h-16 resize-y py-1.5', className)}
      spellCheck={false}
      {...rest}
    />
  );
}

interface LabelledProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly optional?: boolean;
  readonly problem?: string | undefined;
  readonly children: (id: string) => ReactNode;
}

/** A label above a control, a hint and a problem below it. */
export function Labelled({ label, hint, optional, problem, children }: LabelledProps) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-xs font-medium text-body">
        {label}
        {optional && <span className="ml-1.5 font-normal text-faint">optional</span>}
      </label>
      {children(id)}
      {problem ? (
        <p role="alert" className="text-xs text-bad">
          {problem}
        </p>
      ) : (
        hint && <p className="text-xs text-soft">{hint}</p>
      )}
    </div>
  );
}
