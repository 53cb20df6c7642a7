/**
 * Text to AST. Recursion is bounded by `maxDepth`; the height of the tree, which left-leaning chains such as `a + b + c`
 * grow without recursion here, is bounded by `maxHeight`, because compiler and evaluation recurse over it.
 */
import type { ArrowNode, BinaryOperator, LogicalOperator, Node, PairNode, SpreadNode, UnaryOperator } from './ast.ts';
import { Cursor } from './cursor.ts';
import { precedence } from './operators.ts';
import { parsePattern } from './pattern.ts';
import type { Token } from './tokenizer.ts';
import { hostWords, literalWords, statementWords } from './words.ts';

const unaryOperators: ReadonlySet<string> = new Set(['!', '-', '+', 'typeof']);

/** Parses one expression that begins at `start`; the tokens after it are left alone. */
export class Parser extends Cursor {
  readonly #parenthesised = new WeakSet<Node>();

  expression(): Node {
    return this.nested(() => {
      const test = this.#binary(0);
      if (!this.take('?')) return test;
      const then = this.expression();
      this.expect(':');
      const otherwise = this.expression();
      return this.build<Node>({ type: 'conditional', test, then, otherwise }, test.start, [test, then, otherwise]);
    });
  }

  #binary(minimum: number): Node {
    let left = this.#unary();
    for (;;) {
      const { kind, text } = this.token;
      const binds = kind === 'punctuator' ? precedence.get(text) : undefined;
      if (binds === undefined || binds <= minimum) return left;
      const operator = this.advance();
      if (text === '**') {
        if (left.type === 'unary' && !this.#parenthesised.has(left)) {
          throw this.fail(
            'expression_syntax',
            'Put the left side of ** in parentheses: (-a) ** b or -(a ** b).',
            operator,
          );
        }
        const right = this.nested(() => this.#binary(binds - 1));
        left = this.build<Node>({ type: 'binary', operator: '**', left, right }, left.start, [left, right]);
        continue;
      }
      const right = this.#binary(binds);
      left = this.#join(operator, left, right);
    }
  }

  #join(token: Token, left: Node, right: Node): Node {
    const operator = token.text;
    if (operator === '&&' || operator === '||' || operator === '??') {
      const mixes = (node: Node) =>
        node.type === 'logical' && (node.operator === '??') !== (operator === '??') && !this.#parenthesised.has(node);
      if (mixes(left) || mixes(right)) {
        throw this.fail('expression_syntax', 'Put parentheses where ?? meets && or ||: (a || b) ?? c.', token);
      }
      const logical = operator as LogicalOperator;
      return this.build<Node>({ type: 'logical', operator: logical, left, right }, left.start, [left, right]);
    }
    const binary = operator as BinaryOperator;
    return this.build<Node>({ type: 'binary', operator: binary, left, right }, left.start, [left, right]);
  }

  #unary(): Node {
    const { kind, text, start } = this.token;
    if ((kind !== 'punctuator' && kind !== 'name') || !unaryOperators.has(text)) return this.#postfix();
    this.advance();
    const operand = this.nested(() => this.#unary());
    return this.build<Node>({ type: 'unary', operator: text as UnaryOperator, operand }, start, [operand]);
  }

  #postfix(): Node {
    let node = this.#primary();
    const start = node.start;
    let chained = false;
    for (;;) {
      const optional = this.take('?.');
      chained ||= optional;
      if (this.is('(')) {
        const args = this.#arguments();
        node = this.build<Node>({ type: 'call', callee: node, args, optional }, start, [node, ...args]);
      } else if (this.take('[')) {
        const index = this.expression();
        this.expect(']');
        node = this.#index(node, index, optional, start);
      } else if (optional || this.take('.')) {
        const key = this.key();
        node = this.build<Node>({ type: 'member', object: node, key, optional }, start, [node]);
      } else if (this.token.kind === 'backtick') {
        throw this.fail(
          'expression_syntax',
          'A template literal cannot follow a value; tags are not available.',
          this.token,
        );
      } else {
        return chained ? this.build<Node>({ type: 'chain', expression: node }, start, [node]) : node;
      }
    }
  }

  #index(object: Node, index: Node, optional: boolean, start: number): Node {
    if (index.type === 'literal' && (typeof index.value === 'string' || typeof index.value === 'number')) {
      const key = this.allowed(String(index.value), index);
      return this.build<Node>({ type: 'member', object, key, optional }, start, [object]);
    }
    return this.build<Node>({ type: 'index', object, index, optional }, start, [object, index]);
  }

  #arguments(): (Node | SpreadNode | ArrowNode)[] {
    this.expect('(');
    return this.list(')', () => (this.#arrowAhead() ? this.#arrow() : this.#item()));
  }

  #item(): Node | SpreadNode {
    const start = this.token.start;
    if (!this.take('...')) return this.expression();
    const value = this.expression();
    return this.build<SpreadNode>({ type: 'spread', value }, start, [value]);
  }

  #primary(): Node {
    const token = this.token;
    const start = token.start;
    if (token.kind === 'number' || token.kind === 'string') {
      this.advance();
      return this.build<Node>(
        { type: 'literal', value: token.kind === 'number' ? token.value : token.text },
        start,
        [],
      );
    }
    if (token.kind === 'backtick') return this.#template();
    if (token.kind === 'name') return this.#name();
    if (this.take('(')) {
      const inner = this.expression();
      this.expect(')');
      this.#parenthesised.add(inner);
      return inner;
    }
    if (this.take('[')) {
      const items = this.list(']', () => this.#item());
      return this.build<Node>({ type: 'array', items }, start, items);
    }
    if (this.take('{')) {
      const entries = this.list('}', () => this.#entry());
      return this.build<Node>({ type: 'object', entries }, start, entries);
    }
    if (this.is('/') || this.is('/=')) {
      const message = 'Regular expressions are not available. Use includes, startsWith, split or replaceAll with text.';
      throw this.fail('expression_forbidden', message, token);
    }
    throw this.unexpected(token, 'a value');
  }

  #name(): Node {
    const token = this.advance();
    const { text: name, start } = token;
    if (literalWords.has(name)) {
      return this.build<Node>({ type: 'literal', value: literalWords.get(name) }, start, []);
    }
    if (name === 'new') return this.#newDate(token);
    if (hostWords.has(name)) {
      throw this.fail(
        'expression_forbidden',
        `"${name}" is never reachable from an expression. Read data from $roots.`,
        token,
      );
    }
    if (statementWords.has(name)) throw this.unexpected(token);
    if (name[0] === '$') return this.build<Node>({ type: 'root', name }, start, []);
    return this.build<Node>({ type: 'name', name }, start, []);
  }

  #newDate(start: Token): Node {
    const token = this.token;
    if (token.kind !== 'name' || token.text !== 'Date') {
      throw this.fail('expression_forbidden', 'Only new Date(...) is available.', {
        start: start.start,
        end: token.end,
      });
    }
    this.advance();
    const args = this.is('(') ? this.#arguments() : [];
    const plain = args.filter((arg): arg is Node => arg.type !== 'spread' && arg.type !== 'arrow');
    if (plain.length < args.length) throw this.fail('expression_syntax', 'new Date takes plain arguments.', token);
    return this.build<Node>({ type: 'newDate', args: plain }, start.start, plain);
  }

  /** The current token is the opening backtick; the tokenizer stands right after it. */
  #template(): Node {
    const start = this.token.start;
    const texts: string[] = [];
    const parts: Node[] = [];
    for (;;) {
      const piece = this.tokens.templatePiece();
      texts.push(piece.text);
      if (piece.last) break;
      this.token = this.tokens.next();
      parts.push(this.expression());
      // The tokenizer stands after the closing brace, which is not advanced over: what follows is text again.
      if (!this.is('}')) throw this.unexpected(this.token, '"}"');
      this.tokens.position = this.token.end;
    }
    this.previousEnd = this.tokens.position;
    this.token = this.tokens.next();
    return this.build<Node>({ type: 'template', texts, parts }, start, parts);
  }

  #entry(): PairNode | SpreadNode {
    const token = this.token;
    if (this.is('...')) return this.#item() as SpreadNode;
    if (this.take('[')) {
      const key = this.expression();
      this.expect(']');
      this.expect(':');
      const value = this.expression();
      return this.build<PairNode>({ type: 'pair', key, value }, token.start, [key, value]);
    }
    if (token.kind !== 'name' && token.kind !== 'string' && token.kind !== 'number')
      throw this.unexpected(token, 'a key');
    const shorthand = token.kind === 'name' && this.shorthandAhead();
    if (shorthand) {
      const value = this.#name();
      return this.build<PairNode>({ type: 'pair', key: this.allowed(token.text, token), value }, token.start, [value]);
    }
    this.advance();
    const key = this.allowed(token.kind === 'number' ? String(token.value) : token.text, token);
    if (!this.is(':')) throw this.unexpected(this.token, '":"');
    this.advance();
    const value = this.expression();
    return this.build<PairNode>({ type: 'pair', key, value }, token.start, [value]);
  }

  #arrowAhead(): boolean {
    if (this.token.kind === 'name') {
      return this.lookAhead(() => {
        this.advance();
        return this.is('=>');
      });
    }
    if (!this.is('(')) return false;
    return this.lookAhead(() => {
      let open = 0;
      for (;;) {
        const { kind, text } = this.token;
        // Parameters hold no template literal, so there is nothing to skip over.
        if (kind === 'end' || kind === 'backtick') return false;
        if (kind === 'punctuator' && (text === '(' || text === '[' || text === '{')) open++;
        if (kind === 'punctuator' && (text === ')' || text === ']' || text === '}')) open--;
        this.advance();
        if (open === 0) return this.is('=>');
      }
    });
  }

  #arrow(): ArrowNode {
    const start = this.token.start;
    const params = this.take('(') ? this.list(')', () => parsePattern(this)) : [parsePattern(this)];
    this.expect('=>');
    if (this.is('{')) {
      const message = 'A function body is one expression. Write x => x.a, or x => ({ a: x.a }) for an object.';
      throw this.fail('expression_syntax', message, this.token);
    }
    const body = this.expression();
    return this.build<ArrowNode>({ type: 'arrow', params, body }, start, [body]);
  }
}
