import type { ChildExit, ChildLink } from './child-link.ts';
import { type Frame, frameKind } from './frame.ts';
import { type PoolCall, PoolEntry, type PoolOutcome } from './pool-call.ts';
import { PoolWorker } from './pool-worker.ts';

/** How a pool starts and bounds its children. Durations in milliseconds. */
export interface ChildPoolOptions {
  readonly launch: (onFrame: (frame: Frame) => void) => ChildLink;
  readonly maxChildren: number;
  /** Calls given to a child at once: one runs, the others wait in the pipe and save a round trip. */
  readonly window: number;
  /** Calls per child that await timers or replies. */
  readonly maxParked: number;
  readonly maxQueue: number;
  /** A call that waits longer than this for a child is refused. */
  readonly maxQueueMs: number;
  readonly idleMs: number;
  /** What a child gets beyond a call's own limit before it is killed. */
  readonly graceMs: number;
  readonly maxChildBytes: number;
}

const sweepMs = 50;
const stallMs = 100;
const startMs = 10_000;
const firstBackoffMs = 100;
const maxBackoffMs = 5000;

/**
 * Calls on a bounded number of child processes; none exist while nothing runs.
 *
 * I1 Every call settles once. I2 A child that does not answer within its call's limit and the grace is killed.
 * I3 Calls behind a slow one move to another child; calls of a dead child run again only while they had no effect.
 * I4 A child that does not start is tried again with growing pauses, and waiting calls fail after three attempts.
 */
export class ChildPool {
  private readonly options: ChildPoolOptions;
  private readonly workers = new Set<PoolWorker>();
  private queue: PoolEntry[] = [];
  private nextId = 1;
  private failedStarts = 0;
  private notBefore = 0;
  private sweeper: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(options: ChildPoolOptions) {
    this.options = options;
  }

  /** Process ids of the living children. */
  pids(): number[] {
    return [...this.workers].flatMap((worker) => worker.link.pid ?? []);
  }

  run(call: PoolCall): Promise<PoolOutcome> {
    if (this.closed) return Promise.resolve({ kind: 'closed' });
    if (call.signal?.aborted) return Promise.resolve({ kind: 'aborted' });
    if (this.queue.length >= this.options.maxQueue) return Promise.resolve({ kind: 'overloaded' });
    return new Promise((resolve) => {
      this.queue.push(new PoolEntry(call, performance.now(), resolve, (entry) => this.abort(entry)));
      this.pump();
    });
  }

  /** Ends all children and refuses waiting calls; resolves when the last child is gone. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.sweeper);
    for (const entry of this.queue.splice(0)) entry.settle({ kind: 'closed' });
    const workers = [...this.workers];
    for (const worker of workers) {
      for (const entry of worker.active.values()) entry.settle({ kind: 'closed' });
      worker.link.kill('closed');
    }
    await Promise.all(workers.map((worker) => worker.link.exited));
  }

  private pump(): void {
    const now = performance.now();
    while (this.queue.length > 0) {
      const worker = this.freeWorker();
      if (!worker) break;
      const entry = this.queue.shift() as PoolEntry;
      entry.id = this.nextId;
      this.nextId = this.nextId === 0xffffffff ? 1 : this.nextId + 1;
      worker.give(entry, now);
    }
    if (this.queue.length > 0) this.startWorker(now);
    this.armSweep();
  }

  private freeWorker(): PoolWorker | undefined {
    let best: PoolWorker | undefined;
    let least = this.options.window;
    for (const worker of this.workers) {
      if (!worker.ready || worker.retiring) continue;
      const running = worker.running();
      if (running >= least || worker.active.size - running >= this.options.maxParked) continue;
      if (running === 0) return worker;
      best = worker;
      least = running;
    }
    return best;
  }

  private startWorker(now: number): void {
    if (this.workers.size >= this.options.maxChildren || now < this.notBefore || this.closed) return;
    for (const worker of this.workers) if (!worker.ready) return;
    const worker: PoolWorker = new PoolWorker(this.options.launch((frame) => this.receive(worker, frame)));
    this.workers.add(worker);
    worker.idleTimer = setTimeout(() => worker.link.kill('start_timeout'), startMs);
    void worker.link.exited.then((exit) => this.bury(worker, exit));
  }

  private receive(worker: PoolWorker, frame: Frame): void {
    const now = performance.now();
    if (frame.kind === frameKind.ready) {
      worker.ready = true;
      this.failedStarts = 0;
      this.rest(worker);
      this.pump();
      return;
    }
    const entry = worker.active.get(frame.id);
    if (!entry) return;
    if (frame.kind === frameKind.parked) {
      worker.park(entry, now);
      this.pump();
      return;
    }
    if (frame.kind === frameKind.request) {
      this.answerRequest(worker, entry, frame);
      return;
    }
    if (frame.kind !== frameKind.answer) {
      worker.link.kill('protocol_violation');
      return;
    }
    worker.remove(entry, now);
    if (frame.head['retire'] === true) worker.retiring = true;
    entry.settle({ kind: 'answered', head: frame.head, body: frame.body });
    if (worker.active.size === 0) this.rest(worker);
    if (this.queue.length > 0) this.pump();
  }

  private answerRequest(worker: PoolWorker, entry: PoolEntry, frame: Frame): void {
    const { onRequest } = entry.call;
    if (!onRequest) {
      worker.link.kill('protocol_violation');
      return;
    }
    const request = frame.head['request'];
    void onRequest(frame.head, frame.body, entry.requests.signal).then((reply) => {
      if (worker.active.get(entry.id) !== entry) return;
      worker.link.send(frameKind.reply, entry.id, { ...reply.head, request }, reply.body);
    });
  }

  private rest(worker: PoolWorker): void {
    clearTimeout(worker.idleTimer);
    if (worker.retiring) {
      worker.link.kill('retired');
      return;
    }
    worker.idleTimer = setTimeout(() => {
      worker.retiring = true;
      worker.link.kill('idle');
    }, this.options.idleMs);
  }

  private abort(entry: PoolEntry): void {
    const at = this.queue.indexOf(entry);
    if (at >= 0) this.queue.splice(at, 1);
    entry.abortedAt = performance.now();
    for (const worker of this.workers) {
      if (worker.active.has(entry.id)) worker.link.send(frameKind.cancel, entry.id, {});
    }
    entry.settle({ kind: 'aborted' });
  }

  /** Looks at what takes too long; runs only while there are calls. */
  private sweep(): void {
    const now = performance.now();
    for (const worker of this.workers) this.inspect(worker, now);
    this.queue = this.queue.filter((entry) => {
      const late = now - entry.queuedAt > this.options.maxQueueMs;
      if (late) entry.settle({ kind: 'overloaded' });
      return !late;
    });
    this.pump();
  }

  private inspect(worker: PoolWorker, now: number): void {
    for (const entry of worker.active.values()) {
      const limit = entry.abortedAt === undefined ? entry.call.timeoutMs + this.options.graceMs : stallMs;
      const since = entry.abortedAt ?? entry.startedAt;
      if (since === undefined || now - since <= limit) continue;
      worker.condemned = entry;
      worker.link.kill('time_limit');
      return;
    }
    if (worker.active.size > 0 && worker.link.residentBytes() > this.options.maxChildBytes) {
      worker.link.kill('memory_limit');
      return;
    }
    const head = worker.head();
    if (head?.startedAt === undefined || now - head.startedAt < stallMs) return;
    this.queue.unshift(...worker.takeUnstarted());
  }

  private armSweep(): void {
    if (this.sweeper !== undefined || this.closed) return;
    this.sweeper = setTimeout(() => {
      this.sweeper = undefined;
      const busy = this.queue.length > 0 || [...this.workers].some((worker) => worker.active.size > 0);
      if (busy) this.sweep();
    }, sweepMs);
  }

  private bury(worker: PoolWorker, exit: ChildExit): void {
    this.workers.delete(worker);
    clearTimeout(worker.idleTimer);
    const culprit = worker.condemned ?? worker.head();
    const again: PoolEntry[] = [];
    for (const entry of worker.active.values()) {
      if (entry === culprit) entry.settle(worker.condemned ? { kind: 'timeout' } : { kind: 'crashed', exit });
      else if (this.mayRunAgain(entry, worker)) again.push(entry);
      else entry.settle({ kind: 'crashed', exit });
    }
    for (const entry of again) {
      entry.startedAt = undefined;
      entry.parked = false;
    }
    this.queue.unshift(...again);
    if (this.closed) return;
    if (!worker.ready) this.noteFailedStart(exit);
    if (this.queue.length > 0) this.pump();
  }

  /** A call that had not begun, or whose neighbour was killed, did not cause the end: that counts not as a replay. */
  private mayRunAgain(entry: PoolEntry, worker: PoolWorker): boolean {
    if (this.closed || entry.abortedAt !== undefined || !entry.call.replayable()) return false;
    if (entry.startedAt === undefined || worker.condemned) return true;
    entry.replays += 1;
    return entry.replays === 1;
  }

  private noteFailedStart(exit: ChildExit): void {
    this.failedStarts += 1;
    const pause = Math.min(firstBackoffMs * 2 ** (this.failedStarts - 1), maxBackoffMs);
    this.notBefore = performance.now() + pause;
    if (this.failedStarts < 3) return;
    const message = `Its process does not start: ${exit.stderr.trim() || exit.reason || `exit code ${exit.code}`}`;
    for (const entry of this.queue.splice(0)) entry.settle({ kind: 'unavailable', message });
  }
}
