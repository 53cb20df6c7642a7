import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from 'quickjs-emscripten-core';
import { MemorySnapshot } from './memory-snapshot.ts';
import { realmPrelude } from './realm-prelude.ts';

/** One run inside a realm. `deadline` is on the clock of `performance.now()`. */
export interface RealmRun {
  readonly code: string;
  readonly input: string;
  readonly context: string;
  readonly hasNetwork: boolean;
  readonly deadline: number;
}

/** What the realm asks of its host. Arguments come from user code: strings of any content and length. */
export interface RealmHost {
  readonly done: (json: string) => void;
  readonly failed: (json: string) => void;
  readonly log: (level: string, message: string) => void;
  readonly timer: (id: number, delayMs: number) => void;
  readonly clear: (id: number) => void;
  readonly request: (op: 'fetch' | 'secret', id: number, info: string, body: string | Uint8Array | undefined) => void;
}

const maxStackBytes = 256 * 1024;

/**
 * One WebAssembly instance with one QuickJS runtime and context, for one run at a time of one workflow version.
 *
 * I1 `reset` copies the memory back to the moment before user code entered, so no run sees a trace of another.
 * I2 Execution stops at the deadline: `expired` tells.
 * I3 An exception of the WebAssembly machine itself leaves this file as a thrown error; the realm is then unusable.
 * I4 Every handle of the host is made before the snapshot or freed before `reset`.
 */
export class Realm {
  expired = false;
  private readonly runtime: QuickJSRuntime;
  private readonly context: QuickJSContext;
  private readonly go: QuickJSHandle;
  private readonly settler: QuickJSHandle;
  private readonly module: QuickJSWASMModule;
  private readonly snapshot: MemorySnapshot;
  private host: RealmHost | undefined;
  private run: RealmRun | undefined;

  /** The memory of user code in bytes, as it was asked for. */
  readonly limitBytes: number;
  private readonly maxMemoryBytes: number;
  private readonly startBytes: number;

  constructor(module: QuickJSWASMModule, maxMemoryBytes: number, limitBytes: number) {
    this.module = module;
    this.maxMemoryBytes = maxMemoryBytes;
    this.limitBytes = limitBytes;
    this.startBytes = module.getWasmMemory().buffer.byteLength;
    this.runtime = module.newRuntime();
    this.runtime.setMaxStackSize(maxStackBytes);
    this.runtime.setInterruptHandler(() => {
      this.expired ||= this.run !== undefined && performance.now() > this.run.deadline;
      return this.expired;
    });
    this.runtime.setModuleLoader(
      (name) => (name === 'workflow-code' && this.run ? this.run.code : { error: importRefused(name) }),
      (_base, name) => name,
    );
    this.context = this.runtime.newContext();
    [this.go, this.settler] = this.prepare();
    this.snapshot = new MemorySnapshot(module.getWasmMemory());
  }

  /** Bytes of its memory, which grows and never shrinks. */
  get memoryBytes(): number {
    return this.module.getWasmMemory().buffer.byteLength;
  }

  /** Begins the run; its end arrives at `host`, now or during a later {@link settle}. */
  begin(run: RealmRun, host: RealmHost): void {
    this.run = run;
    this.host = host;
    const { context } = this;
    const input = context.newString(run.input);
    const roots = context.newString(run.context);
    this.call(this.go, [input, roots, run.hasNetwork ? context.true : context.false]);
  }

  /** Settles what user code awaits: a timer, a secret or a response. */
  settle(id: number, ok: boolean, info: object, body?: Uint8Array): void {
    const { context } = this;
    const bytes = body ? context.newArrayBuffer(new Uint8Array(body).buffer) : context.undefined;
    const json = context.newString(JSON.stringify(info));
    this.call(this.settler, [context.newNumber(id), ok ? context.true : context.false, json, bytes]);
  }

  /** True when its memory grew and cannot grow much further. */
  get memoryFull(): boolean {
    const { memoryBytes } = this;
    return memoryBytes > this.startBytes && memoryBytes + 1024 * 1024 >= this.maxMemoryBytes;
  }

  /** Makes the realm as if the run had never been. */
  reset(): void {
    this.run = undefined;
    this.host = undefined;
    this.expired = false;
    this.snapshot.restore();
  }

  private call(target: QuickJSHandle, args: QuickJSHandle[]): void {
    const result = this.context.callFunction(target, this.context.undefined, args);
    for (const arg of args) arg.dispose();
    if (result.error) this.report(result.error);
    else result.value.dispose();
    const jobs = this.runtime.executePendingJobs();
    if (jobs.error) this.report(jobs.error);
    else jobs.dispose();
  }

  /** An error no promise of the prelude caught: an interrupt, or no memory left to even report it. */
  private report(error: QuickJSHandle): void {
    if (!this.expired) {
      const dumped: unknown = this.context.dump(error);
      const record = typeof dumped === 'object' && dumped !== null ? dumped : { isNull: true, thrown: String(dumped) };
      this.host?.failed(JSON.stringify({ error: record }));
    }
    error.dispose();
  }

  private prepare(): [QuickJSHandle, QuickJSHandle] {
    const { context } = this;
    const host = context.newFunction('host', (op, ...rest) => this.hostCall(context.getString(op), rest));
    const random = context.newFunction('random', () => context.newNumber(Math.random()));
    const utf8 = context.newFunction('utf8', (bytes) => context.newString(decode(context, bytes)));
    const factory = context.unwrapResult(context.evalCode(realmPrelude, 'prelude', { strict: true }));
    const pair = context.unwrapResult(context.callFunction(factory, context.undefined, host, utf8, random));
    const handles: [QuickJSHandle, QuickJSHandle] = [context.getProp(pair, 0), context.getProp(pair, 1)];
    for (const handle of [host, utf8, random, factory, pair]) handle.dispose();
    return handles;
  }

  private hostCall(op: string, rest: QuickJSHandle[]): undefined {
    const { context, host } = this;
    const textAt = (index: number): string => context.getString(rest[index] ?? context.undefined);
    const idAt = (index: number): number => context.getNumber(rest[index] ?? context.undefined);
    if (op === 'done') host?.done(textAt(0));
    else if (op === 'failed') host?.failed(textAt(0));
    else if (op === 'log') host?.log(textAt(0), textAt(1));
    else if (op === 'timer') host?.timer(idAt(1), Number(textAt(0)));
    else if (op === 'clear') host?.clear(idAt(1));
    else if (op === 'fetch' || op === 'secret') host?.request(op, idAt(1), textAt(0), bodyOf(context, rest[2]));
  }
}

function bodyOf(context: QuickJSContext, handle: QuickJSHandle | undefined): string | Uint8Array | undefined {
  if (!handle) return undefined;
  const type = context.typeof(handle);
  if (type === 'string') return context.getString(handle);
  if (type !== 'object') return undefined;
  return context.getArrayBuffer(handle).consume((lifetime) => Uint8Array.from(lifetime.value));
}

function decode(context: QuickJSContext, handle: QuickJSHandle): string {
  return context.getArrayBuffer(handle).consume((lifetime) => Buffer.from(lifetime.value).toString('utf8'));
}

function importRefused(name: string): Error {
  const error = new Error(`"${name}" cannot be imported. Declare npm packages in manifest.packages.`);
  error.name = 'ImportRefused';
  return error;
}
