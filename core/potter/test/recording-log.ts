import type { Log } from '@conv3n/platform';

/** Keeps the messages of a log for a test. */
export function recordingLog(): Log & { readonly messages: string[] } {
  const messages: string[] = [];
  const log = {
    messages,
    write: (_level: string, message: string) => {
      messages.push(message);
    },
    with: () => log,
  };
  return log;
}
