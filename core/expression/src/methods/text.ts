import { toInteger, toNumber, toText } from '../convert.ts';
import { Fault } from '../errors.ts';
import { charge, chargeText, type Frame, reserveList, reserveText } from '../frame.ts';
import type { Method, MethodTable } from './method.ts';
import { Search } from './search.ts';

type TextMethod = Method<string>;

/** A method whose result is at most as long as the text. */
function within(run: (self: string) => unknown): TextMethod {
  return (frame, self) => {
    chargeText(frame, self.length);
    return run(self);
  };
}

/** A method whose result is at most `factor` times as long; checked against that worst case. */
function growing(factor: number, run: (self: string) => string): TextMethod {
  return (frame, self) => {
    reserveText(frame, self.length * factor);
    charge(frame, self.length >> 2);
    return run(self);
  };
}

function padding(side: 'start' | 'end'): TextMethod {
  return (frame, self, args) => {
    const length = toInteger(frame, args[0]);
    const fill = args[1] === undefined ? ' ' : toText(frame, args[1]);
    reserveText(frame, Math.max(length, self.length));
    return side === 'start' ? self.padStart(length, fill) : self.padEnd(length, fill);
  };
}

function slicing(name: 'slice' | 'substring'): TextMethod {
  return (frame, self, args) => {
    const start = toInteger(frame, args[0]);
    const end = toInteger(frame, args[1], self.length);
    return name === 'slice' ? self.slice(start, end) : self.substring(start, end);
  };
}

function edge(name: 'startsWith' | 'endsWith'): TextMethod {
  return (frame, self, args) => {
    const part = toText(frame, args[0]);
    charge(frame, part.length >> 4);
    return name === 'startsWith'
      ? self.startsWith(part, toInteger(frame, args[1]))
      : self.endsWith(part, toInteger(frame, args[1], self.length));
  };
}

const split: TextMethod = (frame, self, args) => {
  const limit = args[1] === undefined ? Number.POSITIVE_INFINITY : Math.max(0, toInteger(frame, args[1]));
  if (limit === 0) return [];
  if (args[0] === undefined) return [self];
  const separator = toText(frame, args[0]);
  if (separator === '') {
    const count = Math.min(self.length, limit);
    reserveList(frame, count);
    return self.slice(0, count).split('');
  }
  const search = new Search(frame, separator);
  const parts: string[] = [];
  let from = 0;
  for (let at = search.first(self, 0); at >= 0 && parts.length < limit; at = search.first(self, from)) {
    if (parts.length >= frame.limits.maxArrayLength) reserveList(frame, parts.length + 1);
    parts.push(self.slice(from, at));
    from = at + separator.length;
  }
  if (parts.length < limit) parts.push(self.slice(from));
  return parts;
};

const replace: TextMethod = (frame, self, args) => {
  const search = new Search(frame, toText(frame, args[0]));
  const replacement = toText(frame, args[1]);
  const at = search.first(self, 0);
  if (at < 0) return self;
  reserveText(frame, self.length - search.needle.length + replacement.length);
  return self.slice(0, at) + replacement + self.slice(at + search.needle.length);
};

/** The text to put in is taken literally: `$&` has no meaning. */
const replaceAll: TextMethod = (frame, self, args) => {
  const needle = toText(frame, args[0]);
  const replacement = toText(frame, args[1]);
  if (needle === '') {
    reserveText(frame, self.length + (self.length + 1) * replacement.length);
    return self.replaceAll('', () => replacement);
  }
  const search = new Search(frame, needle);
  const found: number[] = [];
  for (let at = search.first(self, 0); at >= 0; at = search.first(self, at + needle.length)) found.push(at);
  reserveText(frame, self.length + found.length * (replacement.length - needle.length));
  let result = '';
  let from = 0;
  for (const at of found) {
    result += self.slice(from, at) + replacement;
    from = at + needle.length;
  }
  return result + self.slice(from);
};

const repeat: TextMethod = (frame, self, args) => {
  const count = toInteger(frame, args[0]);
  if (count < 0) throw new Fault('expression_type', 'repeat needs a count of 0 or more.');
  reserveText(frame, self.length * count);
  return self.repeat(count);
};

const concat: TextMethod = (frame, self, args) => {
  const parts = args.map((arg) => toText(frame, arg));
  reserveText(
    frame,
    parts.reduce((length, part) => length + part.length, self.length),
  );
  return self + parts.join('');
};

const normalize: TextMethod = (frame, self, args) => {
  const form = args[0] === undefined ? 'NFC' : toText(frame, args[0]);
  reserveText(frame, self.length * (form.startsWith('NFK') ? 18 : 3));
  charge(frame, self.length >> 3);
  return self.normalize(form);
};

/** Compares by the rules of English, so that every machine sorts alike. */
const localeCompare: TextMethod = (frame, self, args) => {
  const other = toText(frame, args[0]);
  charge(frame, 4 + ((self.length + other.length) >> 3));
  return self.localeCompare(other, 'en');
};

/** Unlike elsewhere a position that is no number means the end. */
const lastIndexOf: TextMethod = (frame, self, args) => {
  const until = args[1] === undefined ? Number.NaN : toNumber(frame, args[1]);
  const search = new Search(frame, toText(frame, args[0]));
  return search.last(self, Number.isNaN(until) ? self.length : Math.trunc(until));
};

function at(frame: Frame, self: string, args: readonly unknown[]): string | undefined {
  return self.at(toInteger(frame, args[0]));
}

/** Methods of text. Patterns are text, never regular expressions. */
export const textMethods: MethodTable<string> = new Map<string, TextMethod>([
  ['at', at],
  ['charAt', (frame, self, args) => self.charAt(toInteger(frame, args[0]))],
  ['charCodeAt', (frame, self, args) => self.charCodeAt(toInteger(frame, args[0]))],
  ['codePointAt', (frame, self, args) => self.codePointAt(toInteger(frame, args[0]))],
  ['concat', concat],
  ['endsWith', edge('endsWith')],
  [
    'includes',
    (frame, self, args) => new Search(frame, toText(frame, args[0])).first(self, toInteger(frame, args[1])) >= 0,
  ],
  ['indexOf', (frame, self, args) => new Search(frame, toText(frame, args[0])).first(self, toInteger(frame, args[1]))],
  ['isWellFormed', within((self) => self.isWellFormed())],
  ['lastIndexOf', lastIndexOf],
  ['localeCompare', localeCompare],
  ['normalize', normalize],
  ['padEnd', padding('end')],
  ['padStart', padding('start')],
  ['repeat', repeat],
  ['replace', replace],
  ['replaceAll', replaceAll],
  ['slice', slicing('slice')],
  ['split', split],
  ['startsWith', edge('startsWith')],
  ['substring', slicing('substring')],
  ['toLowerCase', growing(3, (self) => self.toLowerCase())],
  ['toString', (_frame, self) => self],
  ['toUpperCase', growing(3, (self) => self.toUpperCase())],
  ['toWellFormed', within((self) => self.toWellFormed())],
  ['trim', within((self) => self.trim())],
  ['trimEnd', within((self) => self.trimEnd())],
  ['trimStart', within((self) => self.trimStart())],
  ['valueOf', (_frame, self) => self],
]);
