import type { ReactNode } from 'react';

/** What a place is for, while nothing is in it. */
export function EmptyState(props: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-md flex-col items-center px-6 py-14 text-center">
      <div className="mb-4 grid size-11 place-items-center rounded-xl border border-line-strong bg-raised text-soft [&_svg]:size-5">
        {props.icon}
      </div>
      <h2 className="text-base font-semibold text-strong">{props.title}</h2>
      <div className="mt-1.5 text-sm text-soft">{props.children}</div>
      {props.actions && <div className="mt-5 flex flex-wrap justify-center gap-2">{props.actions}</div>}
    </div>
  );
}
