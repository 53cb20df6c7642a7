import { CircleCheck, CircleX } from 'lucide-react';
import { Toast } from 'radix-ui';
import { useSyncExternalStore } from 'react';
import { toastStore } from './toasts.ts';

/** Renders the messages of `toast`. */
export function Toasts() {
  const messages = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  return (
    <Toast.Provider swipeDirection="right" duration={5000} label="Message">
      {messages.map((message) => (
        <Toast.Root
          key={message.id}
          onOpenChange={(open) => !open && toastStore.dismiss(message.id)}
          className="appear flex items-center gap-3 rounded-lg border border-line-strong bg-raised py-2.5 pr-3 pl-3 shadow-float"
        >
          {message.tone === 'bad' ? (
            <CircleX className="size-4 shrink-0 text-bad" aria-hidden />
          ) : (
            <CircleCheck className="size-4 shrink-0 text-ok" aria-hidden />
          )}
          <Toast.Description className="min-w-0 flex-1 text-sm break-words text-strong">
            {message.text}
          </Toast.Description>
          {message.action && (
            <Toast.Action altText={message.action.label} asChild>
              <button
                type="button"
                className="text-sm font-medium text-accent hover:underline"
                onClick={message.action.run}
              >
                {message.action.label}
              </button>
            </Toast.Action>
          )}
        </Toast.Root>
      ))}
      <Toast.Viewport
        label="Messages"
        className="fixed right-4 bottom-4 z-50 flex w-96 max-w-[calc(100vw-32px)] flex-col gap-2"
      />
    </Toast.Provider>
  );
}
