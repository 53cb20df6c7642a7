import type { ReactNode } from 'react';

/** A page with a title, actions and a scrolling body. */
export function PageFrame(props: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-[1120px] px-8 pt-9 pb-16">
        <header className="mb-6 flex flex-wrap items-end gap-x-4 gap-y-3">
          <div className="min-w-0 flex-1">
            <h1 className="text-xl font-semibold tracking-[-0.01em] text-strong">{props.title}</h1>
            {props.lead && <p className="mt-1 max-w-2xl text-sm text-soft">{props.lead}</p>}
          </div>
          <div className="flex items-center gap-2">{props.actions}</div>
        </header>
        {props.children}
      </div>
    </div>
  );
}
