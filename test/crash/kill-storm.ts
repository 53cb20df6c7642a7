import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient, type EventWire, Interrupted, Refusal } from '../support/api-client.ts';
import type { CountingService } from '../support/counting-service.ts';
import type { Scratch } from '../support/scratch.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';
import { ServerProcess } from '../support/server-process.ts';
import { decideByTruth, openDoubts, placeKey } from './doubts.ts';
import { orderWorkflow } from './order-workflow.ts';
import type { Kill } from './stream-checks.ts';

export interface StormPlan {
  readonly executions: number;
  readonly kills: number;
  readonly seed: number;
}

/** One wish to start an execution; its key makes repeats harmless. */
export interface Order {
  readonly n: number;
  readonly key: string;
  /** Ids the server acknowledged for this key: all the same. */
  readonly ids: Set<string>;
  /** Last status a client saw. */
  status?: string;
  /** What a client saw of its end; it must stay so. */
  ended?: { readonly status: string; readonly finishedAt: string | null; readonly output: string };
  /** Events a live follower saw, as JSON by version. */
  readonly followed: Map<number, string>;
}

/** What a storm left behind. */
export interface StormResult {
  readonly api: ApiClient;
  readonly server: ServerProcess;
  readonly orders: readonly Order[];
  readonly kills: readonly Kill[];
  readonly killsBeforeReady: number;
  /** Executions in doubt after the last kill, before they were decided. */
  readonly doubtsAtEnd: number;
  /** Broken promises noticed on the way. */
  readonly violations: readonly string[];
}

const inFlight = 8;

/**
 * Drives executions while the server is killed at random moments, most of them 5 to 200 ms after it was ready, some while it starts. After
 * the last kill the server stays up until every execution ended.
 */
export async function killStorm(plan: StormPlan, service: CountingService, place: Scratch): Promise<StormResult> {
  const storm = new Storm(plan, service, place);
  await storm.prepare();
  for (let kill = 0; kill < plan.kills; kill += 1) await storm.round(kill);
  return storm.calm();
}

class Storm {
  readonly #plan: StormPlan;
  readonly #service: CountingService;
  readonly #place: Scratch;
  readonly #random: SeededRandom;
  readonly #orders: Order[] = [];
  readonly #kills: Kill[] = [];
  readonly #violations: string[] = [];
  #workflowId = '';
  #starts = 0;
  #startMs = 1000;
  #killsBeforeReady = 0;
  #deciding = true;
  #doubtsAtEnd = 0;

  constructor(plan: StormPlan, service: CountingService, place: Scratch) {
    this.#plan = plan;
    this.#service = service;
    this.#place = place;
    this.#random = seededRandom(plan.seed);
    const delays = seededRandom(plan.seed + 1);
    service.fate = () => ({ delayBeforeMs: delays.between(0, 12), delayAfterMs: delays.between(0, 12) });
  }

  /** The workflow is saved before the storm. */
  async prepare(): Promise<void> {
    const server = this.#start();
    const began = Date.now();
    const api = new ApiClient(await server.ready());
    this.#startMs = Date.now() - began;
    this.#workflowId = await api.publish(orderWorkflow(this.#service.url));
    await server.terminate();
  }

  /** One life of the server: start, load, kill. */
  async round(index: number): Promise<void> {
    const server = this.#start();
    if (this.#random.chance(0.15)) {
      this.#killsBeforeReady += 1;
      await pause(this.#random.between(0, this.#startMs));
      await this.#kill(server);
      return;
    }
    const delay = this.#random.between(5, 200);
    const api = new ApiClient(await server.ready());
    const due = Math.ceil(((index + 1) * this.#plan.executions) / this.#plan.kills);
    while (this.#orders.length < due) this.#order();
    const load = this.#load(api);
    await pause(delay);
    await this.#kill(server);
    await load;
  }

  /** No kill any more: everything ends, what is in doubt by the truth of the service. */
  async calm(): Promise<StormResult> {
    while (this.#orders.length < this.#plan.executions) this.#order();
    const server = this.#start();
    const api = new ApiClient(await server.ready());
    this.#deciding = false;
    await this.#until(api, 'at rest', (order) => order.ended !== undefined || order.status === 'in_doubt');
    await this.#compareDoubts(api);
    this.#deciding = true;
    await this.#until(api, 'ended', (order) => order.ended !== undefined);
    return {
      api,
      server,
      orders: this.#orders,
      kills: this.#kills,
      killsBeforeReady: this.#killsBeforeReady,
      doubtsAtEnd: this.#doubtsAtEnd,
      violations: this.#violations,
    };
  }

  async #until(api: ApiClient, state: string, reached: (order: Order) => boolean): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      await this.#load(api);
      const others = this.#orders.filter((order) => !reached(order));
      if (others.length === 0) return;
      if (Date.now() > deadline) {
        const left = others.map((order) => `${[...order.ids].join(' ')} (${order.status})`);
        this.#violations.push(`not ${state} after the storm: ${left.join(', ')}`);
        return;
      }
      await pause(100);
    }
  }

  /** The list of executions in doubt holds exactly those whose events end in doubt. */
  async #compareDoubts(api: ApiClient): Promise<void> {
    const listed = (await api.executions('in_doubt')).map(({ id }) => id);
    const doubtful: string[] = [];
    for (const order of this.#orders) {
      for (const id of order.ids) if (openDoubts(await api.events(id)).length > 0) doubtful.push(id);
    }
    if (listed.sort().join() !== doubtful.sort().join()) {
      this.#violations.push(`listed in doubt: ${listed.join(', ')}; in doubt by their events: ${doubtful.join(', ')}`);
    }
    this.#doubtsAtEnd = doubtful.length;
  }

  #start(): ServerProcess {
    this.#starts += 1;
    return new ServerProcess({
      ...this.#place,
      env: {
        CONV3N_EGRESS_ALLOW: this.#service.authority,
        CONV3N_ENV_ALLOW: 'TEST_SERVER_START',
        TEST_SERVER_START: String(this.#starts),
        CONV3N_LOG_LEVEL: 'warn',
      },
    });
  }

  #order(): void {
    const n = this.#orders.length;
    this.#orders.push({ n, key: `order-${this.#plan.seed}-${n}`, ids: new Set(), followed: new Map() });
  }

  async #kill(server: ServerProcess): Promise<void> {
    if (!server.running) this.#violations.push(`the server ended by itself: ${server.stderr}`);
    const from = Date.now();
    await server.kill();
    this.#kills.push({ from, to: Date.now() });
  }

  /** Starts what is not acknowledged, looks at what is, decides what is in doubt; ends with the server. */
  async #load(api: ApiClient): Promise<void> {
    const fresh = this.#orders.filter((order) => order.ids.size === 0 || this.#random.chance(0.05));
    const open = this.#orders.filter((order) => order.ids.size > 0 && !order.ended);
    const work = [
      ...fresh.map((order) => () => this.#execute(api, order)),
      ...open.map((order) => () => this.#look(api, order)),
    ]
      .map((job) => ({ job, place: this.#random.next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ job }) => job);
    const followed = open.slice(0, 3).map((order) => this.#tolerate(() => this.#follow(api, order)));
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (let job = work.shift(); job; job = work.shift()) await this.#tolerate(job);
      }),
    );
    await Promise.all(followed);
  }

  async #tolerate(job: () => Promise<void>): Promise<void> {
    try {
      await job();
    } catch (error) {
      if (error instanceof Interrupted) return;
      if (error instanceof Refusal) this.#violations.push(error.message);
      else throw error;
    }
  }

  async #execute(api: ApiClient, order: Order): Promise<void> {
    const wait = order.n % 3 === 0 ? ({ mode: 'sync', waitMs: 2_000 } as const) : ({ mode: 'async' } as const);
    const { status, data } = await api.execute(this.#workflowId, { n: order.n }, { key: order.key, ...wait });
    if (status !== 200 && status !== 202) this.#violations.push(`execute answered ${status}`);
    order.ids.add(data.id);
    if (order.ids.size > 1) this.#violations.push(`key ${order.key} started ${[...order.ids].join(' and ')}`);
    this.#note(order, data);
  }

  async #look(api: ApiClient, order: Order): Promise<void> {
    const id = idOf(order);
    const seen = await api.execution(id);
    this.#note(order, seen);
    if (seen.status === 'in_doubt' && this.#deciding && this.#random.chance(0.6)) {
      this.#violations.push(...(await this.#decide(api, id)));
    }
  }

  #decide(api: ApiClient, id: string): Promise<string[]> {
    return decideByTruth(api, id, async (place) => {
      const key = `${id}:${placeKey(place)}`;
      await this.#service.settled(key);
      return {
        effects: this.#service.effects(key),
        data: { status: 200, headers: {}, body: { receipt: key, count: 1 } },
      };
    });
  }

  async #follow(api: ApiClient, order: Order): Promise<void> {
    const deadline = AbortSignal.timeout(2_000);
    const stream = api.follow(idOf(order), (event) => this.#followed(order, event), deadline);
    await stream.catch((error: unknown) => {
      if (!deadline.aborted) throw error;
    });
  }

  #followed(order: Order, event: EventWire): void {
    const text = JSON.stringify(event);
    const before = order.followed.get(event.version);
    if (before !== undefined && before !== text) {
      this.#violations.push(`event ${event.version} of ${idOf(order)} changed from ${before} to ${text}`);
    }
    order.followed.set(event.version, text);
  }

  #note(order: Order, seen: { status: string; finished_at: string | null; output: unknown }): void {
    order.status = seen.status;
    const ended = { status: seen.status, finishedAt: seen.finished_at, output: JSON.stringify(seen.output) };
    if (order.ended && JSON.stringify(order.ended) !== JSON.stringify(ended)) {
      this.#violations.push(
        `${idOf(order)} ended as ${JSON.stringify(order.ended)} and became ${JSON.stringify(ended)}`,
      );
    }
    if (['succeeded', 'failed', 'cancelled', 'timed_out'].includes(seen.status)) order.ended = ended;
  }
}

/** The one id of an acknowledged order. */
export function idOf(order: Order): string {
  const [id] = order.ids;
  if (id === undefined) throw new Error(`Order ${order.n} was never acknowledged.`);
  return id;
}
