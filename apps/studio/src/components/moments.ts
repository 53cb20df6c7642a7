/** `12 ms`, `1.4 s`, `2 min 5 s`, `3 h 10 min`. */
export function durationText(ms: number): string {
  if (ms < 1) return '<1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `now`, `5 min ago`, `in 2 h`, and a date beyond a week. */
export function relativeText(time: string, now: number): string {
  const ms = now - Date.parse(time);
  const size = Math.abs(ms);
  if (size < 10_000) return 'now';
  if (size > 7 * 86_400_000)
    return new Date(time).toLocaleDateString(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
  const [count, unit] =
    size < 60_000
      ? [size / 1000, 's']
      : size < 3_600_000
        ? [size / 60_000, 'min']
        : size < 86_400_000
          ? [size / 3_600_000, 'h']
          : [size / 86_400_000, 'd'];
  return ms >= 0 ? `${Math.floor(count)} ${unit} ago` : `in ${Math.floor(count)} ${unit}`;
}

/** Bytes as people read them. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1_048_576 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}
