import { Fault } from './errors.ts';
import { chargeText, type Frame } from './frame.ts';

const forbidden: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
]);

/** True for keys that no expression reads, writes or calls. */
export function isForbiddenKey(key: string): boolean {
  return forbidden.has(key);
}

/** What to say about a forbidden key. */
export function forbiddenKeyMessage(key: string): string {
  return `"${key}" is never reachable from an expression. Rename the field before it gets here.`;
}

/** @throws Fault `expression_forbidden` */
export function checkKey(key: string): void {
  if (forbidden.has(key)) throw new Fault('expression_forbidden', forbiddenKeyMessage(key));
}

const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Sets an own data property and nothing else, whatever the key; the target is an ordinary object made here. */
export function defineOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (inherited.has(key)) {
    checkKey(key);
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    checkKey(key);
    target[key] = value;
  }
}

/** Reads an own property; a missing one is undefined. The key was checked and the value is neither null nor undefined. */
export function readOwn(value: unknown, key: string): unknown {
  if (typeof value === 'object') {
    return Object.hasOwn(value as object, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  if (typeof value === 'string') return readText(value, key);
  return undefined;
}

function readText(text: string, key: string): unknown {
  if (key === 'length') return text.length;
  const index = Number(key);
  return String(index) === key && Number.isInteger(index) && index >= 0 ? text[index] : undefined;
}

/** Reads by a computed key. @throws Fault when the key is forbidden or no key at all */
export function readIndex(frame: Frame, value: unknown, index: unknown): unknown {
  if (typeof index === 'number') {
    if (Number.isInteger(index) && index >= 0) {
      if (Array.isArray(value)) return index < value.length ? value[index] : undefined;
      if (typeof value === 'string') return value[index];
    }
    return readOwn(value, String(index));
  }
  return readOwn(value, toKey(frame, index));
}

/** A computed key as text. @throws Fault when it is forbidden or neither text nor number */
export function toKey(frame: Frame, key: unknown): string {
  if (typeof key === 'string') {
    chargeText(frame, key.length);
    checkKey(key);
    return key;
  }
  if (typeof key === 'number' || typeof key === 'boolean' || key === null || key === undefined) return String(key);
  throw new Fault('expression_type', 'A key must be text or a number. Convert it with String(...) first.');
}
