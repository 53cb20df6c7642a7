import { type PatternNode, parsePattern } from './pattern-syntax.ts';

/** Tests a text against a pattern. */
export interface LinearPattern {
  test(text: string): boolean;
}

type Step =
  | { readonly kind: 'atom'; readonly test: (point: number) => boolean }
  | { readonly kind: 'split'; readonly to: number; readonly or: number }
  | { readonly kind: 'start' | 'end' | 'boundary' | 'no_boundary' | 'match' };

type Draft = { -readonly [Key in keyof Step]: Step[Key] } & { to?: number; or?: number };

const maxSteps = 5000;
const maxNativeLength = 256;

/**
 * A pattern matched in time proportional to text times pattern, whatever both are: all alternatives advance together, one code point at a time
 * (Thompson's construction). JSON Schema patterns come from workflow files and meet text from strangers; backtracking could take for ever.
 * @throws SyntaxError when the pattern is none, uses look-around or back references, or is too large
 */
export function linearPattern(pattern: string): LinearPattern {
  const native = new RegExp(pattern, 'u');
  const tree = parsePattern(pattern);
  if (backtracksLittle(tree)) return native;
  const program = compile(tree);
  return { test: (text) => run(program, text) };
}

/** True when RegExp itself is fast here: anchored, then a few single atoms of which at most one repeats a varying number of times. */
export function backtracksLittle(tree: PatternNode): boolean {
  const parts = tree.kind === 'sequence' ? tree.parts : [tree];
  if (parts[0]?.kind !== 'start') return false;
  let varying = 0;
  let length = 0;
  for (const part of parts.slice(1)) {
    if (part.kind === 'choice' || part.kind === 'sequence') return false;
    length += 1;
    if (part.kind !== 'repeat') continue;
    if (part.part.kind !== 'atom') return false;
    if (part.max !== part.min) varying += 1;
    if (part.max !== Number.POSITIVE_INFINITY) length += part.max;
  }
  return varying <= 1 && length <= maxNativeLength;
}

function compile(tree: PatternNode): readonly Step[] {
  const steps: Draft[] = [];
  const add = (step: Draft): Draft => {
    if (steps.length >= maxSteps) throw new SyntaxError('the pattern is too large');
    steps.push(step);
    return step;
  };
  let emitted = 0;
  const emit = (node: PatternNode): void => {
    emitted += 1;
    if (emitted > maxSteps) throw new SyntaxError('the pattern is too large');
    if (node.kind === 'atom') add({ kind: 'atom', test: atomTest(node.source) } as Draft);
    else if (node.kind === 'sequence') for (const part of node.parts) emit(part);
    else if (node.kind === 'choice') emitChoice(node.parts);
    else if (node.kind === 'repeat') emitRepeat(node.part, node.min, node.max);
    else add({ kind: node.kind });
  };
  const emitChoice = (parts: readonly PatternNode[]): void => {
    const ends: Draft[] = [];
    for (const [index, part] of parts.entries()) {
      const split = index < parts.length - 1 ? add({ kind: 'split', to: steps.length + 1 }) : undefined;
      emit(part);
      if (!split) continue;
      ends.push(add({ kind: 'split' }));
      split.or = steps.length;
    }
    for (const end of ends) Object.assign(end, { to: steps.length, or: steps.length });
  };
  const emitRepeat = (part: PatternNode, min: number, max: number): void => {
    for (let count = 0; count < min; count += 1) emit(part);
    if (max === Number.POSITIVE_INFINITY) {
      const at = steps.length;
      const split = add({ kind: 'split', to: at + 1 });
      emit(part);
      add({ kind: 'split', to: at, or: at });
      split.or = steps.length;
      return;
    }
    const splits: Draft[] = [];
    for (let count = min; count < max; count += 1) {
      splits.push(add({ kind: 'split', to: steps.length + 1 }));
      emit(part);
    }
    for (const split of splits) split.or = steps.length;
  };
  emit(tree);
  add({ kind: 'match' });
  return steps as readonly Step[];
}

/** One code point against one atom; the answers for ASCII are kept. */
function atomTest(source: string): (point: number) => boolean {
  const expression = new RegExp(`^${source}$`, 'u');
  const ascii = new Int8Array(128);
  return (point) => {
    if (point >= 128) return expression.test(String.fromCodePoint(point));
    if (ascii[point] === 0) ascii[point] = expression.test(String.fromCodePoint(point)) ? 1 : -1;
    return ascii[point] === 1;
  };
}

const isWord = (point: number | undefined): boolean => point !== undefined && /\w/.test(String.fromCodePoint(point));

function run(program: readonly Step[], text: string): boolean {
  let current: number[] = [];
  let next: number[] = [];
  const seenAt = new Int32Array(program.length).fill(-1);
  let before: number | undefined;
  let index = 0;
  while (true) {
    const point = text.codePointAt(index);
    const boundary = isBoundary(before, point);
    const enter = (first: number): boolean => {
      const stack = [first];
      while (stack.length > 0) {
        const at = stack.pop() as number;
        if (seenAt[at] === index) continue;
        seenAt[at] = index;
        const step = program[at] as Step;
        if (step.kind === 'match') return true;
        if (step.kind === 'atom') current.push(at);
        else if (step.kind === 'split') stack.push(step.or, step.to);
        else if (
          step.kind === 'start'
            ? index === 0
            : step.kind === 'end'
              ? point === undefined
              : boundary() === (step.kind === 'boundary')
        ) {
          stack.push(at + 1);
        }
      }
      return false;
    };
    const waiting = next;
    next = [];
    current = [];
    for (const at of waiting) if (enter(at)) return true;
    if (enter(0)) return true;
    if (point === undefined) return false;
    for (const at of current) {
      const step = program[at];
      if (step?.kind === 'atom' && step.test(point)) next.push(at + 1);
    }
    before = point;
    index += point > 0xffff ? 2 : 1;
  }
}

const isBoundary = (before: number | undefined, after: number | undefined) => (): boolean =>
  isWord(before) !== isWord(after);
