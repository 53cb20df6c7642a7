import { isForbiddenKey } from '../keys.ts';
import type { Pattern } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { hostWords, literalWords, statementWords } from './words.ts';

/** Parses one parameter of an arrow function: a name, or the parts of an object or list to take. */
export function parsePattern(cursor: Cursor): Pattern {
  return cursor.nested(() => {
    const token = cursor.token;
    if (cursor.take('[')) {
      const elements = cursor.list(']', () => (cursor.is(',') ? undefined : parsePattern(cursor)));
      return { type: 'elements', elements, span: { start: token.start, end: cursor.previousEnd } };
    }
    if (cursor.take('{')) {
      const fields = cursor.list('}', () => parseField(cursor));
      return { type: 'fields', fields, span: { start: token.start, end: cursor.previousEnd } };
    }
    return parseBinding(cursor);
  });
}

function parseField(cursor: Cursor): { key: string; target: Pattern } {
  const token = cursor.token;
  if (token.kind === 'string') {
    cursor.advance();
    cursor.expect(':');
    return { key: cursor.allowed(token.text, token), target: parsePattern(cursor) };
  }
  const isShort = cursor.shorthandAhead();
  const key = cursor.allowed(token.text, token);
  if (isShort) return { key, target: parseBinding(cursor) };
  cursor.key();
  cursor.expect(':');
  return { key, target: parsePattern(cursor) };
}

function parseBinding(cursor: Cursor): Pattern {
  const token = cursor.token;
  if (token.kind !== 'name') throw cursor.unexpected(token, 'a parameter name');
  const { text: name } = token;
  if (isForbiddenKey(name) || hostWords.has(name)) {
    throw cursor.fail('expression_forbidden', `"${name}" cannot be a parameter. Choose another name.`, token);
  }
  if (name[0] === '$' || name === 'new' || name === 'typeof' || literalWords.has(name) || statementWords.has(name)) {
    throw cursor.fail('expression_syntax', `"${name}" cannot be a parameter. Choose a plain name.`, token);
  }
  cursor.advance();
  return { type: 'bind', name, span: token };
}
