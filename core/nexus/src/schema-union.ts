import type { SchemaError } from './schema-violation.ts';

const unionKeyword: ReadonlySet<string> = new Set(['anyOf', 'oneOf']);

/**
 * Reduces the errors of a union to those a person needs. TypeBox reports every branch and then the union itself.
 *
 * - One branch fits in type and discriminator (its errors lie deeper): its errors stay, the rest goes.
 * - Otherwise the union's own error stays alone.
 */
export function settleUnions(errors: readonly SchemaError[]): readonly SchemaError[] {
  let rest = [...errors];
  for (const union of errors.filter((error) => unionKeyword.has(error.keyword))) {
    const prefix = `${union.schemaPath}/${union.keyword}/`;
    const ofBranches = rest.filter((error) => error !== union && error.schemaPath.startsWith(prefix));
    const branches = Map.groupBy(
      ofBranches,
      (error) => error.schemaPath.slice(prefix.length).split('/', 1)[0] as string,
    );
    const fitting = [...branches.values()].filter((branch) => !branch.some((error) => rulesOut(error, union)));
    const kept = fitting.length === 1 ? new Set(fitting[0]) : new Set([union]);
    rest = rest.filter((error) => kept.has(error) || !(error === union || ofBranches.includes(error)));
  }
  return rest;
}

/** True when the error says that the branch was never meant: wrong type at the union itself, or another constant directly below. */
function rulesOut(error: SchemaError, union: SchemaError): boolean {
  const below = error.instancePath.slice(union.instancePath.length);
  if (below === '') return error.keyword === 'type' || error.keyword === 'const' || error.keyword === 'enum';
  return error.keyword === 'const' && below.lastIndexOf('/') === 0;
}
