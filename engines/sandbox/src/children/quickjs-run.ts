import type { Frame } from '../frame.ts';
import type { ChildChannel } from './channel.ts';
import { javascriptOf } from './code-source.ts';
import { type Failure, failureOf, type ThrownError } from './failure.ts';
import type { Realm } from './realm.ts';
import { RunLog } from './run-log.ts';

const maxTimers = 1000;

/** One call from its frame to its answer. */
export class QuickJsRun {
  private readonly frame: Frame;
  private readonly realm: Realm;
  private readonly channel: ChildChannel;
  private readonly onEnd: (reusable: boolean) => void;
  private readonly log = new RunLog();
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private readonly requests = new Set<number>();
  private readonly timeoutMs: number;
  private readonly maxOutputBytes: number;
  private deadlineTimer: NodeJS.Timeout | undefined;
  private entered = false;
  private broken = false;
  private outcome: { body?: string; failure?: Failure } | undefined;
  private parked = false;
  private ended = false;

  constructor(frame: Frame, realm: Realm, channel: ChildChannel, onEnd: (reusable: boolean) => void) {
    this.frame = frame;
    this.realm = realm;
    this.channel = channel;
    this.onEnd = onEnd;
    this.timeoutMs = Number(frame.head['timeoutMs']);
    this.maxOutputBytes = Number(frame.head['maxOutputBytes']);
  }

  begin(): void {
    const { head, body } = this.frame;
    const text = body.toString('utf8');
    const codeEnd = Number(head['codeLength']);
    const inputEnd = codeEnd + Number(head['inputLength']);
    this.guarded(() => {
      const code = javascriptOf(text.slice(0, codeEnd), String(head['language']));
      this.entered = true;
      this.realm.begin(
        {
          code,
          input: text.slice(codeEnd, inputEnd),
          context: text.slice(inputEnd),
          hasNetwork: head['hasNetwork'] === true,
          deadline: performance.now() + this.timeoutMs,
        },
        {
          done: (json) => {
            this.outcome ??= { body: json };
          },
          failed: (json) => this.fail(JSON.parse(json) as { error?: ThrownError } & Partial<Failure>),
          log: (level, message) => this.log.add(level, message),
          timer: (id, delayMs) => this.startTimer(id, delayMs),
          clear: (id) => this.stopTimer(id),
          request: (op, id, info, data) => this.ask(op, id, info, data),
        },
      );
    });
  }

  cancel(): void {
    this.outcome = { failure: { code: 'code_aborted', message: 'The run was aborted.' } };
    this.end();
  }

  reply(frame: Frame): void {
    const id = Number(frame.head['request']);
    if (this.ended || !this.requests.delete(id)) return;
    const { ok, info } = frame.head as { ok?: boolean; info?: object };
    this.guarded(() => this.realm.settle(id, ok === true, info ?? {}, frame.body));
  }

  /** Runs a slice of user code and looks at where it leaves the run. */
  private guarded(slice: () => void): void {
    try {
      slice();
    } catch (cause) {
      this.machineFailed(cause);
    }
    if (this.realm.expired) this.outcome = { failure: this.timeout() };
    const waits = this.timers.size + this.requests.size > 0;
    if (this.outcome === undefined && !waits) {
      this.outcome = {
        failure: { code: 'code_hanging', message: 'The code awaits a promise that nothing can settle.' },
      };
    }
    if (this.outcome) {
      this.end();
      return;
    }
    this.deadlineTimer ??= setTimeout(() => this.expire(), this.timeoutMs);
    if (this.parked) return;
    this.parked = true;
    this.channel.parked(this.frame.id);
  }

  private expire(): void {
    this.outcome = { failure: this.timeout() };
    this.end();
  }

  private timeout(): Failure {
    return { code: 'code_timeout', message: `The code did not end within ${this.timeoutMs} ms.` };
  }

  /** Something thrown outside the realm: TypeScript syntax, or the WebAssembly machine ran out of its own stack. */
  private machineFailed(cause: unknown): void {
    const error = cause as ThrownError;
    this.broken = this.entered;
    const code = cause instanceof RangeError ? 'code_stack_overflow' : 'sandbox_crashed';
    this.outcome = this.entered
      ? { failure: { code, message: `The code broke the limits of its machine: ${error.message}` } }
      : { failure: { code: 'code_syntax_error', message: error.message ?? 'The TypeScript is not valid.' } };
  }

  private fail(report: { error?: ThrownError } & Partial<Failure>): void {
    const starved = report.error?.isNull === true && this.realm.memoryFull;
    if (starved) this.outcome ??= { failure: { code: 'code_out_of_memory', message: 'The code used all its memory.' } };
    else if (report.error) this.outcome ??= { failure: failureOf(report.error) };
    else this.outcome ??= { failure: { code: report.code ?? 'code_error', message: report.message ?? '' } };
  }

  private startTimer(id: number, delayMs: number): void {
    if (this.timers.size >= maxTimers) return;
    const delay = Number.isFinite(delayMs) ? Math.min(Math.max(delayMs, 0), 0x7fff_ffff) : 0;
    const run = () => {
      this.timers.delete(id);
      this.guarded(() => this.realm.settle(id, true, {}));
    };
    this.timers.set(id, setTimeout(run, delay));
  }

  private stopTimer(id: number): void {
    clearTimeout(this.timers.get(id));
    this.timers.delete(id);
  }

  private ask(op: string, id: number, info: string, data: string | Uint8Array | undefined): void {
    this.requests.add(id);
    const body = data === undefined ? undefined : Buffer.from(data as string);
    this.channel.request(this.frame.id, { request: id, op, hasBody: data !== undefined, info: JSON.parse(info) }, body);
  }

  private end(): void {
    if (this.ended || !this.outcome) return;
    this.ended = true;
    clearTimeout(this.deadlineTimer);
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.answer(this.outcome);
    setImmediate(() => this.onEnd(!this.broken && !this.realm.expired));
  }

  private answer(outcome: { body?: string; failure?: Failure }): void {
    const { id } = this.frame;
    const logs = { logs: this.log.lines, logsDropped: this.log.dropped };
    const size = outcome.body === undefined ? 0 : Buffer.byteLength(outcome.body);
    if (size > this.maxOutputBytes) {
      const message = `The result has ${size} bytes of JSON; at most ${this.maxOutputBytes} are allowed.`;
      this.channel.answer(id, { failure: { code: 'code_output_too_large', message }, ...logs });
    } else if (outcome.failure) this.channel.answer(id, { failure: outcome.failure, ...logs });
    else this.channel.answer(id, logs, outcome.body);
  }
}
