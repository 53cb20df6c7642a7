import { type CompileOptions, compileTemplate, parseTemplate, type Reference, type Scope } from '@conv3n/expression';
import { isRecord } from '@conv3n/platform';
import type { SecretReference, SecretText } from './block.ts';
import { workflowErrors } from './errors.ts';

/** The key that makes an object a secret reference. */
const secretKey = '$secret';
const secretTextKey = '$secret_text';
const maxDepth = 64;
const lookAlike =
  'Data that looks like a secret reference reached a field that accepts secrets. Write $secrets.<name> there.';

/**
 * Guards a field that accepts secrets: what its expression yields may hold only references the expression itself names as
 * `$secrets.<name>`. Data that merely looks like one (a webhook body, an HTTP answer) would otherwise be resolved like one.
 */
export function secretGuard(references: readonly Reference[]): (value: unknown) => unknown {
  const named = new Set<string>();
  for (const { root, path } of references) if (root === '$secrets' && path[0] !== undefined) named.add(path[0]);
  return (value) => {
    refuseForged(value, named, maxDepth);
    return value;
  };
}

function refuseForged(value: unknown, named: ReadonlySet<string>, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth === 0) throw forged('The value is nested too deeply for a field that accepts secrets.');
  if (Array.isArray(value)) {
    for (const element of value) refuseForged(element, named, depth - 1);
    return;
  }
  if (!isRecord(value)) return;
  if (Object.hasOwn(value, secretTextKey)) throw forged(lookAlike);
  if (Object.hasOwn(value, secretKey)) {
    const name = value[secretKey];
    if (typeof name === 'string' && named.has(name) && Object.keys(value).length === 1) return;
    throw forged(lookAlike);
  }
  for (const inner of Object.values(value)) refuseForged(inner, named, depth - 1);
}

function forged(message: string) {
  return workflowErrors.error('secret_forged', message);
}

/**
 * A longer text with secrets inside, in pieces: what is no secret is printed as in any template, secrets stay references until the block call.
 * Undefined for a text that is one expression, or that names no secret.
 */
export function secretText(text: string, options: CompileOptions): ((scope: Scope) => SecretText) | undefined {
  const { parts } = parseTemplate(text, options);
  if (parts.length < 2) return undefined;
  let named = false;
  const pieces = parts.map((part): ((scope: Scope) => string | SecretReference) => {
    if (part.type === 'text') return () => part.text;
    const whole = compileTemplate(`{{${part.source}}}`, options);
    if (!whole.references.some((reference) => reference.root === '$secrets')) {
      // With a blank before it the expression is printed instead of keeping its type.
      const printed = compileTemplate(` {{${part.source}}}`, options);
      return (scope) => (printed.evaluate(scope) as string).slice(1);
    }
    named = true;
    const guard = secretGuard(whole.references);
    return (scope) => {
      const value = guard(whole.evaluate(scope));
      if (typeof value === 'string') return value;
      if (isRecord(value) && Object.hasOwn(value, secretKey)) return value as unknown as SecretReference;
      throw forged('An expression with $secrets inside longer text must yield a secret or text.');
    };
  });
  return named ? (scope) => ({ [secretTextKey]: pieces.map((piece) => piece(scope)) }) : undefined;
}
