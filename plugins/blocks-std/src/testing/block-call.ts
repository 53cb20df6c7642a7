import type { JsonObject } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import type { Block, BlockCall, BlockResult } from '@conv3n/workflow';

/** The step every call of these tests belongs to. */
export const testStep: BlockCall['step'] = {
  executionId: 'exec-1',
  workflowId: 'wf-1',
  workflowVersion: 3,
  node: 'node',
  iteration: [],
  attempt: 1,
  idempotencyKey: 'exec-1:node',
};

/** A `run` call with this config and `$input.default`. */
export function blockCall<Config>(config: Config, input?: unknown): BlockCall<Config> {
  return {
    operation: 'run',
    config,
    input: (input === undefined ? {} : { default: input }) as JsonObject,
    step: testStep,
    startedAt: 0,
  };
}

/** Runs a block once. What it throws is thrown, as the engine would see it. */
export function runBlock<Config>(
  block: Block<Config>,
  config: Config,
  input?: unknown,
): BlockResult | Promise<BlockResult> {
  return block.run(blockCall(config, input), testPlatform().context());
}

/** The data of a result that succeeded; fails the test otherwise. */
export function dataOf(result: BlockResult): unknown {
  if (result.kind !== 'succeeded') throw new Error(`the block answered ${JSON.stringify(result)}`);
  return result.data;
}
