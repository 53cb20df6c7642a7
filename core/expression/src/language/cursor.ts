import type { Conv3nError } from '@conv3n/platform';
import type { ExpressionErrorCode } from '../errors.ts';
import { forbiddenKeyMessage, isForbiddenKey } from '../keys.ts';
import type { Limits } from '../limits.ts';
import type { Span } from '../source.ts';
import type { AnyNode } from './ast.ts';
import { missingOperators } from './operators.ts';
import { type Token, Tokenizer } from './tokenizer.ts';
import { statementWords } from './words.ts';

const maxHeight = 1_000;

type Shape<T> = T extends AnyNode ? Omit<T, 'start' | 'end' | 'height' | 'weight'> : never;

/** One token of view into a text, with the bounds every parsing rule obeys. */
export class Cursor {
  readonly tokens: Tokenizer;
  /** The token after what was parsed so far. */
  token: Token;
  /** Where the last token taken ends. */
  previousEnd: number;
  readonly #limits: Limits;
  #depth = 0;

  constructor(text: string, start: number, end: number, limits: Limits) {
    this.tokens = new Tokenizer(text, start, end);
    this.#limits = limits;
    this.previousEnd = start;
    this.token = this.tokens.next();
  }

  fail(code: ExpressionErrorCode, message: string, span: Span): Conv3nError {
    return this.tokens.fail(code, message, span);
  }

  /** True when nothing of the text was cut off by the limit on one expression. */
  get reachedEnd(): boolean {
    return this.tokens.end === this.tokens.text.length;
  }

  /** What to raise about a token that cannot stand where it stands. */
  unexpected(token = this.token, wanted = 'an operator or the end'): Conv3nError {
    if (token.kind === 'end' && !this.reachedEnd) {
      const message = `The expression is longer than ${this.#limits.maxSourceLength} characters. Split it.`;
      return this.fail('expression_limit', message, token);
    }
    if (token.kind === 'end') {
      return this.fail('expression_syntax', `The expression ends too early; ${wanted} is missing.`, token);
    }
    const known = token.kind === 'punctuator' ? missingOperators.get(token.text) : undefined;
    const word = token.kind === 'name' && statementWords.has(token.text);
    const text = word ? `"${token.text}" is not part of the expression language.` : known;
    return this.fail(
      'expression_syntax',
      text ?? `"${token.text || "''"}" is unexpected here; ${wanted} was expected.`,
      token,
    );
  }

  /** A node that ends where the last token ended. */
  build<T extends AnyNode>(shape: Shape<T>, start: number, children: readonly AnyNode[]): T {
    let height = 1;
    let weight = 1;
    for (const child of children) {
      height = Math.max(height, child.height + 1);
      weight += child.weight;
    }
    const node = { ...shape, start, end: this.previousEnd, height, weight } as unknown as T;
    if (height > maxHeight)
      throw this.fail('expression_limit', 'The expression chains too many operators. Split it.', node);
    return node;
  }

  /** Runs a rule one level deeper. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > this.#limits.maxDepth) {
      throw this.fail(
        'expression_limit',
        `The expression nests more than ${this.#limits.maxDepth} levels. Split it.`,
        this.token,
      );
    }
    const result = parse();
    this.#depth--;
    return result;
  }

  /** Takes the current token. */
  advance(): Token {
    const token = this.token;
    this.previousEnd = token.end;
    this.token = this.tokens.next();
    return token;
  }

  /** True when the current token is this punctuator. */
  is(text: string): boolean {
    return this.token.text === text && this.token.kind === 'punctuator';
  }

  /** Takes the current token if it is this punctuator. */
  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.advance();
    return true;
  }

  /** Takes this punctuator. @throws Conv3nError when another token stands there */
  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(this.token, `"${text}"`);
  }

  /** Takes the `}}` that ends an expression in braces. */
  expectClosingBraces(): void {
    if (!this.closesBraces) throw this.unexpected(this.token, '"}}"');
    this.advance();
    this.advance();
  }

  /** True when the current token begins the `}}` that ends an expression in braces. */
  get closesBraces(): boolean {
    return this.is('}') && this.tokens.text.startsWith('}}', this.token.start);
  }

  /** The key itself. @throws Conv3nError `expression_forbidden` */
  allowed(key: string, span: Span): string {
    if (isForbiddenKey(key)) throw this.fail('expression_forbidden', forbiddenKeyMessage(key), span);
    return key;
  }

  /** Takes a field name. */
  key(): string {
    if (this.token.kind !== 'name') throw this.unexpected(this.token, 'a field name');
    const token = this.advance();
    return this.allowed(token.text, token);
  }

  /** Items between commas up to and including the closing punctuator; a trailing comma is fine. */
  list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.is(close)) {
      items.push(item());
      if (!this.take(',')) break;
    }
    this.expect(close);
    return items;
  }

  /** The answer of `look`, after which nothing was taken. */
  lookAhead(look: () => boolean): boolean {
    const { position } = this.tokens;
    const token = this.token;
    const previousEnd = this.previousEnd;
    const result = look();
    this.tokens.position = position;
    this.token = token;
    this.previousEnd = previousEnd;
    return result;
  }

  /** True when the current name stands alone between commas or before a closing brace. */
  shorthandAhead(): boolean {
    return this.lookAhead(() => {
      this.advance();
      return this.is(',') || this.is('}');
    });
  }
}
