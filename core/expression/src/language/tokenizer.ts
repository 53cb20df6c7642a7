/**
 * Turns text into tokens on demand: in a template the text after an expression is not the language, so nothing beyond
 * the current token is ever read.
 */
import type { Conv3nError } from '@conv3n/platform';
import type { ExpressionErrorCode } from '../errors.ts';
import { errorAt, type Span } from '../source.ts';
import { codePointName, isDigit, isNamePart, isNameStart, isSpace } from './characters.ts';
import { readEscape } from './escape-sequence.ts';

/** A token. `text` is the name, the punctuator or the cooked text of a string. */
export interface Token extends Span {
  readonly kind: 'number' | 'string' | 'name' | 'punctuator' | 'backtick' | 'end';
  readonly text: string;
  readonly value: number;
}

const punctuators = [
  '...',
  '===',
  '!==',
  '**=',
  '<<=',
  '>>=',
  '&&=',
  '||=',
  '??=',
  '>>>',
  '=>',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '??',
  '?.',
  '**',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '<<',
  '>>',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ',',
  ':',
  '?',
  '.',
  '+',
  '-',
  '*',
  '/',
  '%',
  '!',
  '<',
  '>',
  '=',
  ';',
  '&',
  '|',
  '^',
  '~',
];
const byFirst = new Map<string, string[]>();
for (const text of punctuators) byFirst.set(text[0] as string, [...(byFirst.get(text[0] as string) ?? []), text]);

/** Reads tokens of `text` from `position` up to `end`. */
export class Tokenizer {
  readonly text: string;
  readonly end: number;
  position: number;

  constructor(text: string, position: number, end: number) {
    this.text = text;
    this.position = position;
    this.end = end;
  }

  fail(code: ExpressionErrorCode, message: string, span: Span): Conv3nError {
    return errorAt(this.text, span, code, message);
  }

  next(): Token {
    while (this.position < this.end && isSpace(this.text.charCodeAt(this.position))) this.position++;
    const start = this.position;
    if (start >= this.end) return this.#token('end', '', start);
    const char = this.text[start] as string;
    const code = char.charCodeAt(0);
    if (isDigit(code) || (char === '.' && isDigit(this.#codeAt(start + 1)))) return this.#number(start);
    if (char === '"' || char === "'") return this.#string(start, char);
    if (char === '`') {
      this.position++;
      return this.#token('backtick', '`', start);
    }
    const point = this.text.codePointAt(start) as number;
    if (isNameStart(point)) return this.#name(start);
    return this.#punctuator(start, char, point);
  }

  /** The next piece of a template literal, up to a closing backtick or an opening `${`, which is consumed. */
  templatePiece(): { text: string; last: boolean } {
    const start = this.position;
    let value = '';
    while (this.position < this.end) {
      const char = this.text[this.position] as string;
      if (char === '`') {
        this.position++;
        return { text: value, last: true };
      }
      if (char === '$' && this.text[this.position + 1] === '{') {
        this.position += 2;
        return { text: value, last: false };
      }
      if (char === '\r') {
        this.position += this.text[this.position + 1] === '\n' ? 2 : 1;
        value += '\n';
      } else {
        value += this.#character(char);
      }
    }
    throw this.fail('expression_syntax', 'The template literal has no end. Close it with a backtick.', {
      start: Math.max(0, start - 1),
      end: this.end,
    });
  }

  #codeAt(position: number): number {
    return position < this.end ? this.text.charCodeAt(position) : 0;
  }

  #token(kind: Token['kind'], text: string, start: number, value = 0): Token {
    return { kind, text, value, start, end: this.position };
  }

  /** One character of a string, a backslash sequence resolved. */
  #character(char: string): string {
    if (char !== '\\') {
      this.position++;
      return char;
    }
    const sequence = readEscape(this.text, this.position + 1);
    if (!sequence || sequence.end > this.end) {
      const span = { start: this.position, end: Math.min(this.end, this.position + 2) };
      throw this.fail('expression_syntax', 'This backslash sequence is not valid. Write \\\\ for a backslash.', span);
    }
    this.position = sequence.end;
    return sequence.value;
  }

  #string(start: number, quote: string): Token {
    this.position++;
    let value = '';
    while (this.position < this.end) {
      const char = this.text[this.position] as string;
      if (char === quote) {
        this.position++;
        return this.#token('string', value, start);
      }
      if (char === '\n' || char === '\r') break;
      value += this.#character(char);
    }
    const span = { start, end: this.position };
    throw this.fail('expression_syntax', `The text has no end. Close it with ${quote} on the same line.`, span);
  }

  #name(start: number): Token {
    while (this.position < this.end) {
      const point = this.text.codePointAt(this.position) as number;
      if (!isNamePart(point)) break;
      this.position += point > 0xffff ? 2 : 1;
    }
    if (this.text[this.position] === '\\' && this.position < this.end) this.#rejectEscapedName(start);
    return this.#token('name', this.text.slice(start, this.position), start);
  }

  #rejectEscapedName(start: number): never {
    const span = { start, end: this.position + 1 };
    throw this.fail('expression_syntax', 'Names are written without backslash sequences.', span);
  }

  #number(start: number): Token {
    const pattern =
      /0[xX][0-9a-fA-F](?:_?[0-9a-fA-F])*|0[bB][01](?:_?[01])*|0[oO][0-7](?:_?[0-7])*|(?:0|[1-9](?:_?\d)*)(?:\.(?:\d(?:_?\d)*)?)?(?:[eE][+-]?\d(?:_?\d)*)?|\.\d(?:_?\d)*(?:[eE][+-]?\d(?:_?\d)*)?/y;
    pattern.lastIndex = start;
    const match = pattern.exec(this.text);
    if (match) this.position = Math.min(this.end, start + match[0].length);
    const after = this.#codeAt(this.position);
    if (!match || isDigit(after) || (after !== 0 && isNameStart(this.text.codePointAt(this.position) as number))) {
      const span = { start, end: Math.min(this.end, Math.max(this.position, start) + 1) };
      throw this.fail('expression_syntax', 'This is not a number. Write for example 12, 0.5, 1e3 or 0xff.', span);
    }
    const digits = this.text.slice(start, this.position).replaceAll('_', '');
    return this.#token('number', digits, start, Number(digits));
  }

  #punctuator(start: number, char: string, point: number): Token {
    const span = { start, end: start + (point > 0xffff ? 2 : 1) };
    const two = this.text.slice(start, start + 2);
    if (two === '//' || two === '/*')
      throw this.fail('expression_syntax', 'Comments are not part of an expression.', span);
    if (char === '\\') this.#rejectEscapedName(start);
    const text = byFirst.get(char)?.find((candidate) => this.text.startsWith(candidate, start));
    if (text === undefined || start + text.length > this.end) {
      throw this.fail(
        'expression_syntax',
        `The character ${codePointName(point)} has no meaning here. Remove it.`,
        span,
      );
    }
    // `a?.5:b` is a ternary with a number, not optional access.
    const taken = text === '?.' && isDigit(this.#codeAt(start + 2)) ? '?' : text;
    this.position += taken.length;
    return this.#token('punctuator', taken, start);
  }
}
