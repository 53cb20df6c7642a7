/** A message at the corner of the window. */
export interface ToastMessage {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'bad';
  readonly action?: { readonly label: string; readonly run: () => void };
}

let messages: readonly ToastMessage[] = [];
let next = 1;
const listeners = new Set<() => void>();

function emit(list: readonly ToastMessage[]): void {
  messages = list;
  for (const listener of listeners) listener();
}

/** The messages on screen, for `useSyncExternalStore`. */
export const toastStore = {
  get: () => messages,
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  dismiss: (id: number) => emit(messages.filter((message) => message.id !== id)),
};

/** Shows a message; at most three stay on screen. */
export function toast(
  text: string,
  options: { readonly tone?: 'bad'; readonly action?: ToastMessage['action'] } = {},
): void {
  const message = {
    id: next,
    text,
    tone: options.tone ?? ('plain' as const),
    ...(options.action ? { action: options.action } : {}),
  };
  next += 1;
  emit([...messages, message].slice(-3));
}
