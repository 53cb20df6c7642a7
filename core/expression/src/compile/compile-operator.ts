import { looseEquals, strictEquals, toNumber, toPrimitive } from '../convert.ts';
import { chargeText, type Evaluate, type Frame, reserveText } from '../frame.ts';
import type { BinaryNode, BinaryOperator, ConditionalNode, LogicalNode, UnaryNode } from '../language/ast.ts';
import type { Compilation } from './compilation.ts';

type Arithmetic = (frame: Frame, left: unknown, right: unknown) => unknown;

function add(frame: Frame, left: unknown, right: unknown): string | number {
  const a = toPrimitive(frame, left, 'text');
  const b = toPrimitive(frame, right, 'text');
  if (typeof a !== 'string' && typeof b !== 'string') return Number(a) + Number(b);
  const first = String(a);
  const second = String(b);
  reserveText(frame, first.length + second.length);
  return first + second;
}

/** Negative, zero, positive as left is before, equal to or after right; NaN when they have no order. */
function order(frame: Frame, left: unknown, right: unknown): number {
  const a = toPrimitive(frame, left, 'number');
  const b = toPrimitive(frame, right, 'number');
  if (typeof a === 'string' && typeof b === 'string') {
    chargeText(frame, Math.min(a.length, b.length));
    return a < b ? -1 : a === b ? 0 : 1;
  }
  const x = toNumber(frame, a);
  const y = toNumber(frame, b);
  return x < y ? -1 : x > y ? 1 : x === y ? 0 : Number.NaN;
}

const slow: Readonly<Record<BinaryOperator, Arithmetic>> = {
  '+': add,
  '-': (frame, a, b) => toNumber(frame, a) - toNumber(frame, b),
  '*': (frame, a, b) => toNumber(frame, a) * toNumber(frame, b),
  '/': (frame, a, b) => toNumber(frame, a) / toNumber(frame, b),
  '%': (frame, a, b) => toNumber(frame, a) % toNumber(frame, b),
  '**': (frame, a, b) => toNumber(frame, a) ** toNumber(frame, b),
  '<': (frame, a, b) => order(frame, a, b) < 0,
  '<=': (frame, a, b) => order(frame, a, b) <= 0,
  '>': (frame, a, b) => order(frame, a, b) > 0,
  '>=': (frame, a, b) => order(frame, a, b) >= 0,
  '==': looseEquals,
  '!=': (frame, a, b) => !looseEquals(frame, a, b),
  '===': strictEquals,
  '!==': (frame, a, b) => !strictEquals(frame, a, b),
};

/** Numbers take the inlined way; everything else goes through the conversions of `convert.ts`. */
export function compileBinary(compilation: Compilation, node: BinaryNode): Evaluate {
  const left = compilation.compile(node.left);
  const right = compilation.compile(node.right);
  const site = compilation.site(node);
  const run = slow[node.operator];
  const general = (frame: Frame, a: unknown, b: unknown): unknown => {
    try {
      return run(frame, a, b);
    } catch (thrown) {
      throw site.locate(thrown);
    }
  };
  return fast(node.operator, left, right, general);
}

function fast(operator: BinaryOperator, left: Evaluate, right: Evaluate, general: Arithmetic): Evaluate {
  switch (operator) {
    case '+':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? a + b : general(frame, a, b);
      };
    case '-':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? a - b : general(frame, a, b);
      };
    case '*':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? a * b : general(frame, a, b);
      };
    case '/':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? a / b : general(frame, a, b);
      };
    case '>':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? a > b : general(frame, a, b);
      };
    case '<':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? a < b : general(frame, a, b);
      };
    case '>=':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? a >= b : general(frame, a, b);
      };
    case '<=':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'number' && typeof b === 'number' ? a <= b : general(frame, a, b);
      };
    case '!==':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'string' && a.length > 63 ? general(frame, a, b) : a !== b;
      };
    case '===':
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === 'string' && a.length > 63 ? general(frame, a, b) : a === b;
      };
    default:
      return (frame) => general(frame, left(frame), right(frame));
  }
}

export function compileLogical(compilation: Compilation, node: LogicalNode): Evaluate {
  const left = compilation.compile(node.left);
  const right = compilation.compile(node.right);
  switch (node.operator) {
    case '&&':
      return (frame) => left(frame) && right(frame);
    case '||':
      return (frame) => left(frame) || right(frame);
    case '??':
      return (frame) => left(frame) ?? right(frame);
  }
}

export function compileConditional(compilation: Compilation, node: ConditionalNode): Evaluate {
  const test = compilation.compile(node.test);
  const then = compilation.compile(node.then);
  const otherwise = compilation.compile(node.otherwise);
  return (frame) => (test(frame) ? then(frame) : otherwise(frame));
}

export function compileUnary(compilation: Compilation, node: UnaryNode): Evaluate {
  const operand = compilation.compile(node.operand);
  if (node.operator === '!') return (frame) => !operand(frame);
  if (node.operator === 'typeof') return (frame) => typeof operand(frame);
  const site = compilation.site(node);
  const sign = node.operator === '-' ? -1 : 1;
  return (frame) => {
    const value = operand(frame);
    if (typeof value === 'number') return sign * value;
    try {
      return sign * toNumber(frame, value);
    } catch (thrown) {
      throw site.locate(thrown);
    }
  };
}
