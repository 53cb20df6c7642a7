import { useNow } from '../hooks/use-now.ts';
import { relativeText } from './moments.ts';

/** How long ago, with the exact time on hover. */
export function RelativeTime({ time, className }: { readonly time: string; readonly className?: string }) {
  const now = useNow(15_000);
  return (
    <time dateTime={time} title={new Date(time).toLocaleString()} className={className}>
      {relativeText(time, now)}
    </time>
  );
}
