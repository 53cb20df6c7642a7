/** A piece of a template string: literal text or an expression with its braces. */
export interface TemplateToken {
  readonly kind: 'text' | 'expression';
  readonly text: string;
}

/** Where the expression opened at `from` ends: braces and quotes are balanced. -1 when it does not end. */
function expressionEnd(text: string, from: number): number {
  let depth = 0;
  let quote = '';
  for (let i = from; i < text.length; i += 1) {
    const char = text[i] ?? '';
    if (quote !== '') {
      if (char === '\\') i += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'" || char === '`') quote = char;
    else if (char === '{') depth += 1;
    else if (char === '}') {
      if (depth === 0) return text[i + 1] === '}' ? i + 2 : -1;
      depth -= 1;
    }
  }
  return -1;
}

/** Splits a template for highlighting; the pieces joined are the text. `\{{` is literal; an unfinished expression is text. */
export function templateTokens(text: string): readonly TemplateToken[] {
  const tokens: TemplateToken[] = [];
  let start = 0;
  let at = text.indexOf('{{');
  while (at !== -1) {
    const end = text[at - 1] === '\\' ? -1 : expressionEnd(text, at + 2);
    if (end === -1) {
      at = text.indexOf('{{', at + 2);
      continue;
    }
    if (at > start) tokens.push({ kind: 'text', text: text.slice(start, at) });
    tokens.push({ kind: 'expression', text: text.slice(at, end) });
    start = end;
    at = text.indexOf('{{', end);
  }
  if (start < text.length) tokens.push({ kind: 'text', text: text.slice(start) });
  return tokens;
}

/** The bare expression when the whole text is one, else undefined. */
export function wholeExpression(text: string): string | undefined {
  const tokens = templateTokens(text.trim());
  const [only] = tokens;
  return tokens.length === 1 && only?.kind === 'expression' ? only.text.slice(2, -2).trim() : undefined;
}
