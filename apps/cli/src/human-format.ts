import { printable } from './style.ts';

/** JSON for people: indented, cut after `limit` characters. */
export function pretty(value: unknown, limit = 2000): string {
  const text = printable(JSON.stringify(value, null, 2) ?? 'undefined');
  return text.length > limit
    ? `${text.slice(0, limit)}\n… ${text.length - limit} more characters (--json shows all)`
    : text;
}

/** Milliseconds as people read them: `12 ms`, `1.24 s`, `3 m 4 s`, `2 h 5 m`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_995) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

/** Time between two moments; empty while one is missing. */
export function elapsed(from: string | null, to: string | null): string {
  return from && to ? duration(Date.parse(to) - Date.parse(from)) : '';
}

/** An RFC 3339 time in local form, to the second. */
export function localTime(time: string | null | undefined): string {
  if (!time) return '';
  const at = new Date(time);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
