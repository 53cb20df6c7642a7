import type { ErrorDetail, JsonObject, JsonValue, Platform } from '@conv3n/platform';
import { type Block, type BlockManifest, type BlockResult, defineBlock, type Effect } from '@conv3n/workflow';

function manifest(type: string, effect: Effect, rest: Partial<BlockManifest> = {}): BlockManifest {
  return {
    type,
    title: type,
    description: `Test block ${type}.`,
    category: 'data',
    config: { type: 'object' },
    ports: { fixed: ['default'] },
    effect: { otherwise: effect },
    ...rest,
  };
}

/** An error as blocks answer it. */
export function testError(code: string, rest: Partial<ErrorDetail> = {}): ErrorDetail {
  return { code, message: `Test error ${code}.`, retryable: false, kind: 'invalid', ...rest };
}

/**
 * `test/trigger`; `test/set`: data is the config's `set`, or the input; `test/branch`: ends on the config's `port`;
 * `test/fail`: fails with `code`, `retryable`; `test/sleep`: answers after `ms` with `set`, whatever its effect.
 */
export function testBlocks(platform: Platform): readonly (Block | BlockManifest)[] {
  return [
    manifest('test/trigger', 'pure', { control: 'trigger', category: 'trigger' }),
    defineBlock({ manifest: manifest('test/set', 'pure'), run: ({ config, input }) => setResult(config, input) }),
    defineBlock({
      manifest: manifest('test/branch', 'pure', { ports: { fixed: ['true', 'false', 'left', 'right'] } }),
      run: ({ config }) => ({ kind: 'succeeded', data: (config.set ?? null) as JsonValue, port: String(config.port) }),
    }),
    defineBlock({
      manifest: manifest('test/fail', 'pure'),
      run: ({ config }) => ({
        kind: 'failed',
        error: testError(String(config.code ?? 'test_failed'), { retryable: config.retryable === true }),
        ...(typeof config.port === 'string' && { port: config.port }),
      }),
    }),
    ...(['pure', 'idempotent', 'external'] as const).map((effect) =>
      defineBlock({
        manifest: manifest(effect === 'pure' ? 'test/sleep' : `test/sleep_${effect}`, effect),
        run: ({ config, input }, context) =>
          new Promise<BlockResult>((resolve, reject) => {
            const disarm = platform.timers.after(Number(config.ms ?? 0), () => resolve(setResult(config, input)));
            context.signal.addEventListener('abort', () => {
              disarm();
              reject(new Error('aborted'));
            });
          }),
      }),
    ),
  ];
}

function setResult(config: JsonObject, input: JsonObject): BlockResult {
  return { kind: 'succeeded', data: config.set ?? input.default ?? null };
}

/** A block that counts its calls and answers what `answer` says for the n-th call (from 1). */
export function countingBlock(
  type: string,
  effect: Effect,
  answer: (call: number, config: JsonObject) => BlockResult | Promise<BlockResult>,
  rest: Partial<Omit<Block, 'manifest'>> & { readonly manifest?: Partial<BlockManifest> } = {},
): Block & { readonly calls: string[] } {
  const calls: string[] = [];
  const { manifest: overrides, ...operations } = rest;
  return {
    calls,
    manifest: manifest(type, effect, {
      ...overrides,
      ...(operations.reconcile && { reconcile: true }),
      ...(operations.compensate && { compensate: true }),
    }),
    run(call) {
      calls.push(call.step.idempotencyKey);
      return answer(calls.length, call.config);
    },
    ...operations,
  };
}
