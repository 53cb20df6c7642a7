import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lifecycleTable, type PluginState } from './plugin-lifecycle.ts';
import { type TestRuntime, testPlugin, testRuntime } from './testing/test-runtime.ts';

/** b requires a, c requires b, d would like a. */
const requires: Readonly<Record<string, readonly string[]>> = { a: [], b: ['a'], c: ['b'], d: [] };
const ids = Object.keys(requires);
const moods = [
  'well',
  'load throws',
  'load hangs',
  'start throws',
  'start hangs',
  'stop throws',
  'stop hangs',
] as const;
type Mood = (typeof moods)[number];

/** What the runtime is expected to be: a few lines that know nothing of time, scopes or promises. */
class Model {
  running = false;
  readonly plugins = new Map<string, { mood: Mood; state: PluginState }>();

  alive(id: string): boolean {
    return ['loaded', 'started'].includes(this.plugins.get(id)?.state ?? '');
  }

  requirementsAre(id: string, states: readonly PluginState[]): boolean {
    return (requires[id] ?? []).every((required) => {
      const plugin = this.plugins.get(required);
      return plugin !== undefined && states.includes(plugin.state);
    });
  }

  advance(): void {
    for (const [from, hook, to, wanted] of [
      ['discovered', 'load', 'loaded', ['loaded', 'started']],
      ['loaded', 'start', 'started', ['started']],
    ] as const) {
      for (const id of ids) {
        const plugin = this.plugins.get(id);
        if (plugin?.state === from && this.requirementsAre(id, wanted)) {
          plugin.state = plugin.mood.startsWith(hook) ? 'failed' : to;
        }
      }
    }
  }

  end(id: string): void {
    const plugin = this.plugins.get(id);
    if (!plugin || !this.alive(id)) return;
    plugin.state = plugin.state === 'started' && plugin.mood.startsWith('stop') ? 'failed' : 'stopped';
  }
}

interface Real extends TestRuntime {
  readonly steps: { plugin: string; from: PluginState; to: PluginState }[];
}

function pluginOf(real: Real, id: string, mood: Mood) {
  const behave = (hook: string): void | Promise<void> => {
    if (mood === `${hook} throws`) throw new Error(mood);
    if (mood === `${hook} hangs`) return new Promise(() => {});
  };
  return testPlugin(
    id,
    {
      load(context) {
        context.services.register({ name: `of.${id}` }, () => id);
        context.events.subscribe('tick', () => {});
        return behave('load');
      },
      start(context) {
        for (const required of requires[id] ?? []) {
          expect(real.runtime.plugins().find((plugin) => plugin.id === required)?.state).toBe('started');
        }
        context.after(1e9, () => {});
        return behave('start');
      },
      stop: () => behave('stop'),
    },
    { requires: requires[id] ?? [], optional: id === 'd' ? ['a'] : [] },
  );
}

/** One command: what it does to the model, and the same on the runtime. */
class Command implements fc.AsyncCommand<Model, Real> {
  readonly #name: string;
  readonly #expect: (model: Model) => string | undefined;
  readonly #perform: (real: Real) => Promise<unknown>;

  constructor(name: string, predict: (model: Model) => string | undefined, perform: (real: Real) => Promise<unknown>) {
    this.#name = name;
    this.#expect = predict;
    this.#perform = perform;
  }

  check = (): boolean => true;
  toString = (): string => this.#name;

  async run(model: Model, real: Real): Promise<void> {
    const refusal = this.#expect(model);
    const outcome = await real.settled(
      this.#perform(real).then(
        () => undefined,
        (error: { code: string }) => error.code,
      ),
    );
    expect(outcome).toBe(refusal);
    const expected = Array.from(model.plugins, ([id, { state }]) => [id, state]);
    expect(real.runtime.plugins().map(({ id, state }) => [id, state])).toEqual(expected);
    const alive = ids.filter((id) => model.alive(id)).map((id) => `of.${id}`);
    expect(real.runtime.services.list().map(({ name }) => name)).toEqual(alive);
    const { subscriptions } = real.runtime.stats().events;
    expect(
      subscriptions
        .filter(({ topic }) => topic === 'tick')
        .map(({ owner }) => `of.${owner}`)
        .sort(),
    ).toEqual(alive);
    const started = ids.filter((id) => model.plugins.get(id)?.state === 'started');
    expect(real.platform.pendingTimers()).toBe(started.length);
    for (const { from, to } of real.steps) expect(Object.values(lifecycleTable[from])).toContain(to);
  }
}

const load = (id: string, mood: Mood) =>
  new Command(
    `load ${id} (${mood})`,
    (model) => {
      if (model.plugins.has(id)) return 'plugin_exists';
      model.plugins.set(id, { mood, state: 'discovered' });
      if (model.running) model.advance();
      return undefined;
    },
    (real) => real.runtime.load(pluginOf(real, id, mood)),
  );

const unload = (id: string) =>
  new Command(
    `unload ${id}`,
    (model) => {
      if (!model.plugins.has(id)) return 'plugin_not_found';
      if (ids.some((other) => requires[other]?.includes(id) && model.alive(other))) return 'plugin_in_use';
      model.plugins.delete(id);
      return undefined;
    },
    (real) => real.runtime.unload(id),
  );

const restart = (id: string) =>
  new Command(
    `restart ${id}`,
    (model) => {
      const plugin = model.plugins.get(id);
      if (!plugin) return 'plugin_not_found';
      plugin.state = 'discovered';
      if (model.running) model.advance();
      return undefined;
    },
    (real) => real.runtime.restart(id),
  );

const start = () =>
  new Command(
    'start',
    (model) => {
      if (model.running) return undefined;
      model.running = true;
      for (const plugin of model.plugins.values()) {
        if (plugin.state === 'stopped' || plugin.state === 'failed') plugin.state = 'discovered';
      }
      model.advance();
      return undefined;
    },
    (real) => real.runtime.start(),
  );

const stop = () =>
  new Command(
    'stop',
    (model) => {
      model.running = false;
      for (const id of ids) model.end(id);
      return undefined;
    },
    (real) => real.runtime.stop(),
  );

it('agrees with a model of the lifecycle for any commands and any behaviour of plugins', {
  timeout: 60_000,
}, async () => {
  const anyId = fc.constantFrom(...ids);
  const commands = fc.commands(
    [
      fc.tuple(anyId, fc.constantFrom(...moods)).map(([id, mood]) => load(id, mood)),
      anyId.map((id) => load(id, 'well')),
      anyId.map(unload),
      anyId.map(restart),
      fc.constant(start()),
      fc.constant(stop()),
    ],
    { maxCommands: 25 },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (given) => {
      const setup = () => {
        const real: Real = { ...testRuntime({ hookDeadlineMs: 500, stopDeadlineMs: 500 }), steps: [] };
        real.runtime.events.subscribe('runtime.plugin_state', ({ data }) => void real.steps.push(data as never));
        return { model: new Model(), real };
      };
      await fc.asyncModelRun(setup, given);
    }),
    { numRuns: 150 },
  );
});
