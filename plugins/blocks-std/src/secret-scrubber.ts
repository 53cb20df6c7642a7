import { isRecord } from '@conv3n/platform';

/** What stands where a secret stood. */
export const scrubbedText = '[secret]';

/** Shorter secrets are not scrubbed: their text stands everywhere by chance. */
const minLength = 4;

/** Removes secret values from a JSON value; unchanged parts are shared with the input. */
export type SecretScrubber = <Value>(value: Value) => Value;

/** The ways a secret commonly comes back: as it is, in a URL, in JSON, and in base64 at each of the three alignments. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // The first and the last characters also depend on the neighbours, so only those in between are the secret's own.
    const tail = (bytes.byteLength + shift) % 3;
    return encoded.slice(shift === 0 ? 0 : shift + 1, tail === 0 ? undefined : tail === 1 ? -3 : -2);
  });
  return [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll('%20', '+'),
    JSON.stringify(secret).slice(1, -1),
    ...base64.filter((form) => form.length >= 8),
    ...base64.filter((form) => form.length >= 8).map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** A scrubber for these values. It also removes them from object keys. */
export function secretScrubber(secrets: readonly string[]): SecretScrubber {
  const forms = [...new Set(secrets.filter((secret) => secret.length >= minLength).flatMap(formsOf))].sort(
    (a, b) => b.length - a.length,
  );
  const text = (value: string): string => {
    let result = value;
    for (const form of forms) {
      if (result.includes(form)) result = result.replaceAll(form, scrubbedText);
    }
    return result;
  };
  const scrub = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) {
      const inner = value.map(scrub);
      return inner.some((element, index) => element !== value[index]) ? inner : value;
    }
    if (!isRecord(value)) return value;
    const entries = Object.entries(value).map(([key, inner]) => [text(key), scrub(inner)] as const);
    const same = entries.every(([key, inner]) => Object.hasOwn(value, key) && value[key] === inner);
    return same ? value : Object.fromEntries(entries);
  };
  return forms.length === 0 ? (value) => value : (value) => scrub(value) as typeof value;
}
