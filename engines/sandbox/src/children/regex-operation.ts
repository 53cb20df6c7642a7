/** A regular expression applied to a text. */
export interface RegexCall {
  readonly operation: 'test' | 'match' | 'replace' | 'split';
  readonly pattern: string;
  readonly flags: string;
  readonly input: string;
  readonly replacement: string;
  readonly maxMatches: number;
}

/** What was found: a boolean, matches, a text or parts. */
export function matchRegex(call: RegexCall): unknown {
  const flags = call.operation === 'test' ? call.flags.replace('g', '') : withGlobal(call.flags);
  const regex = new RegExp(call.pattern, flags);
  switch (call.operation) {
    case 'test':
      return regex.test(call.input);
    case 'replace':
      return call.input.replace(
        call.flags.includes('g') ? regex : new RegExp(call.pattern, call.flags),
        call.replacement,
      );
    case 'split':
      return call.input.split(regex);
    case 'match':
      return matches(regex, call);
  }
}

function withGlobal(flags: string): string {
  return flags.includes('g') ? flags : `${flags}g`;
}

function matches(regex: RegExp, call: RegexCall): unknown[] {
  const found: unknown[] = [];
  for (const match of call.input.matchAll(regex)) {
    if (found.length >= call.maxMatches) break;
    found.push({ match: match[0], index: match.index, groups: match.slice(1), named: { ...match.groups } });
  }
  return found;
}
