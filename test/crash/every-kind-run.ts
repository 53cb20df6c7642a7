import { cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient, type EventWire, Interrupted } from '../support/api-client.ts';
import type { CallPhase, CountingService } from '../support/counting-service.ts';
import { type Scratch, scratch } from '../support/scratch.ts';
import { ServerProcess } from '../support/server-process.ts';
import { decideByTruth, placeKey, type StepPlace, type Truth } from './doubts.ts';
import { everyExternalNode, everyKindOutput, everyKindWorkflow } from './every-kind-workflow.ts';
import { canonical, checkDoubts, checkStream, type Kill } from './stream-checks.ts';

const killModule = new URL('./commit-kill.ts', import.meta.url).href;
const n = 7;

/** The folders of one server. */
type ServerPlace = Omit<Scratch, 'root'>;

/** Where the server dies. */
export type KillPoint =
  | { readonly commit: number; readonly side: 'before' | 'after' }
  | { readonly call: number; readonly phase: CallPhase };

/** What became of one run that was to be killed. */
export interface KilledRun {
  /** False when the execution ended before the point was reached. */
  readonly killed: boolean;
  readonly doubts: number;
  /** Broken promises. */
  readonly violations: readonly string[];
}

/** A data directory with the published workflow, copied for each run so that every kill meets the same server. */
export class EveryKind {
  readonly #service: CountingService;
  readonly #template: Scratch;
  readonly #workflowId: string;
  #killedAt = 0;

  /** The service must belong to these runs alone: it refuses each `flaky` key once. */
  static async prepare(service: CountingService): Promise<EveryKind> {
    const template = scratch();
    const server = new ServerProcess({ ...template });
    const workflowId = await new ApiClient(await server.ready()).publish(everyKindWorkflow(service.url));
    await server.terminate();
    service.fate = (call) =>
      call.key.endsWith(':flaky') && service.callsOf(call.key).length === 1
        ? { end: 'refuse' }
        : { delayBeforeMs: 2, delayAfterMs: 2 };
    return new EveryKind(service, template, workflowId);
  }

  private constructor(service: CountingService, template: Scratch, workflowId: string) {
    this.#service = service;
    this.#template = template;
    this.#workflowId = workflowId;
  }

  /** Runs the workflow, dies at the point, starts again and ends it; with `again`, the first restart dies at that commit too. */
  async kill(point: KillPoint, again?: KillPoint): Promise<KilledRun> {
    const root = mkdtempSync(join(this.#template.root, 'run-'));
    const place = { dataDir: join(root, 'data'), filesDir: join(root, 'files') };
    cpSync(this.#template.dataDir, place.dataDir, { recursive: true });
    const lives = [point, ...(again ? [again] : [])];
    const kills: Kill[] = [];
    const ids = new Set<string>();
    for (const [index, life] of lives.entries()) {
      const kill = await this.#live(place, index + 1, life, ids);
      if (!kill) return { killed: false, doubts: 0, violations: [] };
      kills.push(kill);
    }
    return this.#finish(place, lives.length + 1, ids, kills);
  }

  /** One life that ends at its point; undefined when the execution ended first. */
  async #live(place: ServerPlace, start: number, point: KillPoint, ids: Set<string>): Promise<Kill | undefined> {
    const server = this.#start(place, start, point);
    this.#watch(server, point);
    try {
      const api = new ApiClient(await server.ready());
      const id = await this.#execute(api);
      ids.add(id);
      if (await this.#runs(api, id, start === 1 ? undefined : () => this.#decide(api, place, id))) {
        await server.terminate();
        return undefined;
      }
    } catch (error) {
      if (server.running && !(error instanceof Interrupted)) throw error;
    }
    const { signal } = await server.ended();
    if (signal !== 'SIGKILL') throw new Error(`The server ended by itself: ${server.stderr}`);
    const from = 'commit' in point ? Number(readFileSync(killFile(place), 'utf8')) : this.#killedAt;
    return { from, to: Date.now() };
  }

  async #finish(place: ServerPlace, start: number, ids: Set<string>, kills: readonly Kill[]): Promise<KilledRun> {
    const server = this.#start(place, start);
    const api = new ApiClient(await server.ready());
    const id = await this.#execute(api);
    ids.add(id);
    const violations: string[] = ids.size > 1 ? [`one key started ${[...ids].join(' and ')}`] : [];
    await this.#runs(api, id, () => this.#decide(api, place, id));
    const execution = await api.execution(id);
    const events = await api.events(id);
    const listed = await api.executions();
    if (listed.length !== 1) violations.push(`the list holds ${listed.map((summary) => summary.id).join(', ')}`);
    if (execution.status !== 'succeeded') violations.push(`${execution.status}: ${JSON.stringify(execution.error)}`);
    else if (canonical(execution.output) !== canonical(everyKindOutput(id, n))) {
      violations.push(`answered ${JSON.stringify(execution.output)}`);
    }
    violations.push(...checkStream(id, events, listed[0]?.status));
    violations.push(...checkDoubts(id, events, kills, everyExternalNode));
    violations.push(...(await this.#checkEffects(place, id)));
    if (violations.length > 0) violations.push(trail(events));
    await server.terminate();
    return { killed: true, doubts: events.filter((event) => event.type === 'step_in_doubt').length, violations };
  }

  #start(place: ServerPlace, start: number, point?: KillPoint): ServerProcess {
    return new ServerProcess({
      ...place,
      ...(point && 'commit' in point && { imports: [killModule] }),
      env: {
        CONV3N_EGRESS_ALLOW: this.#service.authority,
        CONV3N_ENV_ALLOW: 'TEST_SERVER_START',
        CONV3N_LOG_LEVEL: 'warn',
        TEST_SERVER_START: String(start),
        ...(point &&
          'commit' in point && {
            TEST_KILL_COMMIT: String(point.commit),
            TEST_KILL_SIDE: point.side,
            TEST_KILL_FILE: killFile(place),
          }),
      },
    });
  }

  /** The n-th call of this life that reaches the phase kills the server that made it. */
  #watch(server: ServerProcess, point: KillPoint): void {
    if ('commit' in point) {
      this.#service.watch = () => undefined;
      return;
    }
    let reached = 0;
    this.#service.watch = async (phase) => {
      if (phase !== point.phase) return;
      reached += 1;
      if (reached !== point.call) return;
      this.#killedAt = Date.now();
      await server.kill();
    };
  }

  async #execute(api: ApiClient): Promise<string> {
    return (await api.execute(this.#workflowId, { n }, { key: 'the-order', mode: 'async' })).data.id;
  }

  /** Waits until the execution ended, or is in doubt and nobody decides. True when it ended. */
  async #runs(api: ApiClient, id: string, decide?: () => Promise<void>): Promise<boolean> {
    for (const deadline = Date.now() + 20_000; ; await pause(10)) {
      const { status } = await api.execution(id);
      if (['succeeded', 'failed', 'cancelled', 'timed_out'].includes(status)) return true;
      if (status === 'in_doubt' && decide) await decide();
      else if (status === 'in_doubt') throw new Error(`${id} is in doubt before any kill.`);
      if (Date.now() > deadline) throw new Error(`${id} is still ${status}.`);
    }
  }

  /** An effect that happened twice shows at the end as well, so what this notices need not be kept. */
  async #decide(api: ApiClient, place: ServerPlace, id: string): Promise<void> {
    await decideByTruth(api, id, (step) => this.#truth(place, id, step));
  }

  async #truth(place: ServerPlace, id: string, step: StepPlace): Promise<Truth> {
    const key = `${id}:${placeKey(step)}`;
    switch (step.node) {
      case 'append':
        return { effects: lines(place, id), data: { path: 'lines.txt' } };
      case 'insert':
        return { effects: rows(place, id), data: { rows: [], changes: 1 } };
      default:
        await this.#service.settled(key);
        return { effects: this.#service.effects(key), data: { status: 200, headers: {}, body: { receipt: key } } };
    }
  }

  async #checkEffects(place: ServerPlace, id: string): Promise<string[]> {
    const effects: Record<string, number> = { append: lines(place, id), insert: rows(place, id) };
    for (const key of ['post', 'send:0', 'send:1']) effects[key] = this.#service.effects(`${id}:${key}`);
    const wrong = Object.entries(effects).filter(([, count]) => count !== 1);
    const lives = new Map<string, number>();
    for (const key of ['look', 'put']) {
      for (const { serverStart } of this.#service.callsOf(`${id}:${key}`)) {
        lives.set(`${key} by start ${serverStart}`, (lives.get(`${key} by start ${serverStart}`) ?? 0) + 1);
      }
    }
    const repeated = [...lives].filter(([, count]) => count > 1);
    return [...wrong, ...repeated].map(([what, count]) => `${what} happened ${count} times`);
  }
}

/** Where a server that kills itself notes when. */
function killFile({ dataDir }: ServerPlace): string {
  return `${dataDir}.killed-at`;
}

/** The events in short, for the reader of a failure. */
function trail(events: readonly EventWire[]): string {
  return events.map(({ type, data }) => [type, data.node, data.i?.join('.')].filter(Boolean).join(' ')).join('; ');
}

function lines({ filesDir }: ServerPlace, id: string): number {
  const file = join(filesDir, 'lines.txt');
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line === id).length
    : 0;
}

function rows({ filesDir }: ServerPlace, id: string): number {
  const file = join(filesDir, 'rows.db');
  if (!existsSync(file)) return 0;
  const database = new DatabaseSync(file);
  try {
    const row = database.prepare('select count(*) as rows from entry where execution = ?').get(id);
    return Number(row?.['rows']);
  } finally {
    database.close();
  }
}
