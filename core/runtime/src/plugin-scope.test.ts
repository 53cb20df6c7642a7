import { expect, it } from 'vitest';
import { PluginScope } from './plugin-scope.ts';

it('aborts its signal first, then disposes in reverse order, each once', () => {
  const seen: string[] = [];
  const scope = new PluginScope(() => expect.unreachable());
  scope.signal.addEventListener('abort', () => void seen.push('abort'));
  const first = scope.track(() => void seen.push('first'));
  scope.track(() => void seen.push('second'));
  scope.track(() => void seen.push('third'))();
  scope.dispose('over');
  scope.dispose('again');
  first();
  expect(seen).toEqual(['third', 'abort', 'second', 'first']);
  expect(scope.size).toBe(0);
});

it('goes on when a disposer throws and reports it', () => {
  const errors: unknown[] = [];
  const scope = new PluginScope((error) => void errors.push(error));
  let reached = false;
  scope.track(() => {
    reached = true;
  });
  scope.track(() => {
    throw new Error('stuck');
  });
  scope.dispose('over');
  expect(reached).toBe(true);
  expect(errors).toEqual([new Error('stuck')]);
});

it('disposes at once what arrives too late', () => {
  const scope = new PluginScope(() => expect.unreachable());
  scope.dispose('over');
  let disposed = 0;
  scope.track(() => {
    disposed += 1;
  })();
  expect(disposed).toBe(1);
});
