import type { OnError, WorkflowEdge, WorkflowFile, WorkflowNode } from '@conv3n/workflow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crashingStore } from './testing/crashing-store.ts';
import { executorOn, memoryDisk, restOf, statuses, workflow } from './testing/executor-fixture.ts';
import { countingBlock, testError } from './testing/test-blocks.ts';

/** A node as the model sees it: where it ends, or that it fails and what then. */
interface ModelNode {
  readonly port: string;
  readonly fails: boolean;
  readonly onError: Exclude<OnError, 'stop'>;
  readonly join: 'all' | 'any';
  readonly ms: number;
}

interface Model {
  readonly nodes: readonly ModelNode[];
  readonly edges: readonly { readonly from: number; readonly to: number; readonly port: string }[];
}

const ports = ['default', 'left', 'error'] as const;

const modelNode: fc.Arbitrary<ModelNode> = fc.record({
  port: fc.constantFrom('default', 'default', 'left'),
  fails: fc.boolean(),
  onError: fc.constantFrom<ModelNode['onError']>('continue', 'port', { fallback: {} }),
  join: fc.constantFrom('all', 'any'),
  ms: fc.nat(50),
});

const model: fc.Arbitrary<Model> = fc.array(modelNode, { minLength: 1, maxLength: 10 }).chain((nodes) => {
  const edge = fc
    .tuple(fc.nat(nodes.length - 1), fc.nat(nodes.length - 1), fc.constantFrom(...ports))
    .filter(([a, b]) => a !== b)
    .map(([a, b, port]) => ({ from: Math.min(a, b), to: Math.max(a, b), port }));
  const key = (one: { from: number; to: number; port: string }) => `${one.from}/${one.to}/${one.port}`;
  const edges = nodes.length === 1 ? fc.constant([]) : fc.uniqueArray(edge, { maxLength: 24, selector: key });
  return edges.map((list) => ({ nodes, edges: list }));
});

/** The naive reading of the contract: a node runs when it has no edges into it or at least one that delivered. */
function interpret({ nodes, edges }: Model): { statuses: Record<string, string>; inputs: Record<string, string[]> } {
  const endsOn: (string | null)[] = [];
  const givesNull: boolean[] = [];
  const result: { statuses: Record<string, string>; inputs: Record<string, string[]> } = { statuses: {}, inputs: {} };
  nodes.forEach((node, index) => {
    const incoming = edges.filter((edge) => edge.to === index);
    const live = incoming.filter((edge) => endsOn[edge.from] === edge.port);
    if (incoming.length > 0 && live.length === 0) {
      endsOn[index] = null;
      result.statuses[`n${index}`] = 'skipped';
      return;
    }
    // Several edges merge, and null does not; "any" takes the first alone.
    const mergeable = node.join === 'any' || live.length < 2 || !live.some((edge) => givesNull[edge.from]);
    const fails = node.fails || !mergeable;
    if (mergeable) result.inputs[`n${index}`] = [...new Set(live.map((edge) => `n${edge.from}`))].sort();
    result.statuses[`n${index}`] = fails ? 'failed' : 'succeeded';
    if (!fails) endsOn[index] = node.port;
    else if (edges.some((edge) => edge.from === index && edge.port === 'error')) endsOn[index] = 'error';
    else endsOn[index] = node.onError === 'port' ? 'error' : 'default';
    givesNull[index] = fails && !(endsOn[index] === 'default' && typeof node.onError === 'object');
  });
  return result;
}

function toFile({ nodes, edges }: Model, effect: string): WorkflowFile {
  const named = nodes.map((node, index): [string, WorkflowNode] => [
    `n${index}`,
    {
      type: `model/${effect}`,
      config: { id: `n${index}`, port: node.port, fails: node.fails, ms: node.ms },
      onError: node.onError,
      join: node.join,
    },
  ]);
  const list = edges.map(
    ({ from, to, port }): WorkflowEdge => ({ source: `n${from}`, sourceHandle: port, target: `n${to}` }),
  );
  return { ...workflow(Object.fromEntries(named)), edges: list };
}

/** Runs a model, crashing after `survive` commits, and answers what each node saw. */
async function execute(file: WorkflowFile, survive: number) {
  const disk = memoryDisk();
  const inputs: Record<string, string[]> = {};
  const blocks = (['pure', 'idempotent'] as const).map((effect) => ({
    ...countingBlock(`model/${effect}`, effect, () => ({ kind: 'succeeded', data: null })),
    run: async ({ config, input }: Parameters<ReturnType<typeof countingBlock>['run']>[0]) => {
      const id = String(config.id);
      inputs[id] = Object.keys(input.default ?? {}).sort();
      if (Number(config.ms) > 10)
        await new Promise<void>((resolve) => disk.platform.timers.after(Number(config.ms), resolve));
      return config.fails === true
        ? { kind: 'failed' as const, error: testError('model') }
        : { kind: 'succeeded' as const, data: { [id]: 1 }, port: String(config.port) };
    },
  }));
  const first = executorOn({ ...disk, eventStore: crashingStore(disk.eventStore, survive, true) }, { blocks });
  const { id } = await first.start({ definition: file });
  for (let turn = 0; turn < 12; turn += 1) await disk.platform.advance(50);
  const second = executorOn(disk, { blocks });
  await second.recover();
  if ((await disk.eventStore.streamVersion(`execution-${id}`)) === 0) return undefined;
  const view = await restOf(disk, second, id);
  return { view, inputs };
}

describe('tokens', () => {
  it('move as the naive model says, in any order of completion and after any crash', async () => {
    await fc.assert(
      fc.asyncProperty(
        model,
        fc.constantFrom('pure', 'idempotent'),
        fc.option(fc.nat(8), { nil: Number.POSITIVE_INFINITY }),
        async (graph, effect, survive) => {
          const expected = interpret(graph);
          const done = await execute(toFile(graph, effect), survive);
          if (!done) return;
          expect(done.view.status).toBe('succeeded');
          expect(statuses(done.view)).toEqual(expected.statuses);
          for (const [id, sources] of Object.entries(expected.inputs)) {
            const node = graph.nodes[Number(id.slice(1))];
            const seen = done.inputs[id] ?? [];
            // Failed sources deliver null or the fallback {}.
            const named = sources.filter((source) => expected.statuses[source] === 'succeeded');
            if (node?.join === 'all') expect(seen).toEqual(named);
            else for (const source of seen) expect(named).toContain(source);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
