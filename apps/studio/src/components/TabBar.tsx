import { Tabs } from 'radix-ui';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** A tab with its panel, which is mounted only while open. */
export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly mark?: ReactNode;
  readonly panel: ReactNode;
}

/** Tabs with an underline; the panel fills the rest and scrolls. */
export function TabBar(props: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly value: string;
  readonly onChange: (id: string) => void;
  readonly className?: string;
  readonly panelClassName?: string;
  readonly trailing?: ReactNode;
}) {
  return (
    <Tabs.Root
      value={props.value}
      onValueChange={props.onChange}
      className={classNames('flex min-h-0 flex-1 flex-col', props.className)}
    >
      <div className="flex items-center border-b border-line px-4">
        <Tabs.List aria-label={props.label} className="flex flex-1 gap-4">
          {props.tabs.map((tab) => (
            <Tabs.Trigger
              key={tab.id}
              value={tab.id}
              className="-mb-px flex h-9 items-center rounded-sm -outline-offset-2 gap-1.5 border-b-2 border-transparent text-xs font-medium text-soft transition-colors hover:text-strong data-[state=active]:border-accent data-[state=active]:text-strong"
            >
              {tab.label}
              {tab.mark}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {props.trailing}
      </div>
      {props.tabs.map((tab) => (
        <Tabs.Content
          key={tab.id}
          value={tab.id}
          className={classNames('min-h-0 flex-1 overflow-auto focus-visible:outline-none', props.panelClassName)}
        >
          {tab.panel}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
}
