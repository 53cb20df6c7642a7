import { isConv3nError } from '@conv3n/platform';
import { expect, test } from 'vitest';
import { compileExpression } from '../expression.ts';
import { escapeCorpus, escapeScope } from './escape-corpus.ts';

/** The one bound on time: not a figure of speed but what metering promises. It needs code without coverage counters. */
const maxMs = 100;
// The machine may be busy with something else, so the best of a few runs counts.
const runs = 5;

function measure(source: string): number {
  const scope = escapeScope();
  const start = performance.now();
  try {
    compileExpression(source).evaluate(scope);
  } catch (thrown) {
    if (!isConv3nError(thrown)) throw thrown;
  }
  return performance.now() - start;
}

test('Every attempt in the escape corpus ends within 100 ms.', () => {
  const slow: { source: string; ms: number }[] = [];
  for (const { source } of escapeCorpus) {
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < runs && best > maxMs / 2; run++) best = Math.min(best, measure(source));
    if (best > maxMs) slow.push({ source: source.slice(0, 120), ms: Math.round(best) });
  }
  expect(slow).toEqual([]);
});
