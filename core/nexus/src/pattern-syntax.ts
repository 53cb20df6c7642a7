/** A regular expression as a tree; an atom tests one code point. */
export type PatternNode =
  | { readonly kind: 'atom'; readonly source: string }
  | { readonly kind: 'start' | 'end' | 'boundary' | 'no_boundary' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number };

const maxDepth = 50;
const quantifier = /(?:([*+?])|\{(\d{1,5})(?:(,)(\d{1,5})?)?\})\??/y;
const escapeSequence = /\\(?:[pP]\{[^}]*\}|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|.)/y;

/**
 * Parses a JSON Schema pattern (ECMAScript, flag `u`), which must be one that RegExp accepts.
 * @throws SyntaxError for what no linear-time engine can do: look-around, back references
 */
export function parsePattern(pattern: string): PatternNode {
  let at = 0;
  let depth = 0;

  const choice = (): PatternNode => {
    depth += 1;
    if (depth > maxDepth) throw new SyntaxError('groups are nested too deeply');
    const parts = [sequence()];
    while (pattern[at] === '|') {
      at += 1;
      parts.push(sequence());
    }
    depth -= 1;
    return parts.length === 1 ? (parts[0] as PatternNode) : { kind: 'choice', parts };
  };
  const sequence = (): PatternNode => {
    const parts: PatternNode[] = [];
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') parts.push(repeated(one()));
    return { kind: 'sequence', parts };
  };
  const repeated = (part: PatternNode): PatternNode => {
    quantifier.lastIndex = at;
    const match = quantifier.exec(pattern);
    if (!match) return part;
    at = quantifier.lastIndex;
    const [, sign, low, comma, high] = match;
    if (sign !== undefined)
      return { kind: 'repeat', part, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
    const min = Number(low);
    const max = comma === undefined ? min : high === undefined ? Number.POSITIVE_INFINITY : Number(high);
    return { kind: 'repeat', part, min, max };
  };
  const one = (): PatternNode => {
    const character = String.fromCodePoint(pattern.codePointAt(at) as number);
    if (character === '^' || character === '$') {
      at += 1;
      return { kind: character === '^' ? 'start' : 'end' };
    }
    if (character === '(') return group();
    if (character === '[') return characterClass();
    if (character === '\\') return escaped();
    at += character.length;
    return { kind: 'atom', source: character === '/' ? '\\/' : character };
  };
  const group = (): PatternNode => {
    const head = /\((?:\?(?:<[A-Za-z_$][\w$]*>|[^<]|<[=!]))?/y;
    head.lastIndex = at;
    const text = (head.exec(pattern) as RegExpExecArray)[0];
    if (text.startsWith('(?') && text !== '(?:' && !/^\(\?<\w/.test(text))
      throw new SyntaxError('look-around is not supported');
    at = head.lastIndex;
    const inner = choice();
    at += 1;
    return inner;
  };
  const characterClass = (): PatternNode => {
    const from = at;
    at += 1;
    while (pattern[at] !== ']') at += pattern[at] === '\\' ? 2 : 1;
    at += 1;
    return { kind: 'atom', source: pattern.slice(from, at) };
  };
  const escaped = (): PatternNode => {
    escapeSequence.lastIndex = at;
    const source = (escapeSequence.exec(pattern) as RegExpExecArray)[0];
    at = escapeSequence.lastIndex;
    if (source === '\\b') return { kind: 'boundary' };
    if (source === '\\B') return { kind: 'no_boundary' };
    if (/^\\[1-9k]/.test(source)) throw new SyntaxError('back references are not supported');
    return { kind: 'atom', source };
  };
  return choice();
}
