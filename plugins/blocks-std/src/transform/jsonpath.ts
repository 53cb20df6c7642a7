import { createRequire } from 'node:module';
import type { JsonValue } from '@conv3n/platform';
import { blocksStdErrors } from '../errors.ts';
import { meteredView } from './metered-view.ts';

type JsonP3 = typeof import('json-p3');

/** Longest query; also bounds the depth of its filters. */
const maxQueryLength = 1024;
/** Units of work of one evaluation; at most about a second. A read costs more the longer the query, because each may run a whole filter. */
const budget = 1_000_000;
const maxDepth = 100;

let library: JsonP3 | undefined;

/** Loaded at the first query and synchronously, so that a transform answers at once and an idle server does not pay for it. */
function load(): JsonP3 {
  library ??= createRequire(import.meta.url)('json-p3') as JsonP3;
  return library;
}

/**
 * Runs an RFC 9535 query in bounded time; the result is always a list. `match()` and `search()` are not offered: their regular expressions
 * could not be stopped.
 * @throws Conv3nError `jsonpath_invalid`, `jsonpath_too_expensive`
 */
export function queryJsonPath(query: string, value: JsonValue | undefined): readonly JsonValue[] {
  if (query.length > maxQueryLength) {
    throw blocksStdErrors.error(
      'jsonpath_invalid',
      `A JSONPath query has at most ${maxQueryLength} characters, this one ${query.length}.`,
    );
  }
  const { JSONPathEnvironment, JSONPathError } = load();
  const environment = new JSONPathEnvironment({ maxRecursionDepth: maxDepth });
  environment.functionRegister.delete('match');
  environment.functionRegister.delete('search');
  const cost = 1 + (query.length >> 6);
  try {
    const compiled = environment.compile(query);
    const view = meteredView(value ?? null, cost, budget, () => {
      throw blocksStdErrors.error(
        'jsonpath_too_expensive',
        'The JSONPath query visits too many values. Make it more specific, or use jsonata.',
      );
    });
    return compiled
      .query(view.root as never)
      .values()
      .map((found) => view.plain(found) as JsonValue);
  } catch (error) {
    if (!(error instanceof JSONPathError) && !(error instanceof RangeError)) throw error;
    const regex = /\b(?:match|search)\s*\(/.test(query)
      ? ' match() and search() are not available; use jsonata for regular expressions.'
      : '';
    throw blocksStdErrors.error(
      'jsonpath_invalid',
      `The JSONPath query "${query}" cannot be run: ${error.message}.${regex}`,
      { cause: error },
    );
  }
}
