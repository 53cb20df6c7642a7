import type { Admission } from './admission.ts';
import { commonFlags, entryFile } from './child-command.ts';
import { type ChildExit, ChildLink } from './child-link.ts';
import type { CodeRequest, CodeResult } from './code.ts';
import { type BrokerPorts, CodeBroker } from './code-broker.ts';
import { codeResult, describeExit, failure } from './code-result.ts';
import type { SandboxErrorCode } from './errors.ts';
import { type Frame, frameKind } from './frame.ts';
import { confine, type HostConfinement, toolEnvironment } from './host-confinement.ts';
import type { ResolvedSandboxOptions } from './options.ts';
import { jsonText } from './quickjs-code.ts';

const mib = 1024 * 1024;
/** What Node itself takes: resident, and of the data limit (V8 reserves its code range as data). */
const baseResidentBytes = 96 * mib;
const baseDataBytes = 704 * mib;
const watchMs = 25;
const writtenFileBytes = 256 * mib;

/**
 * Runs code with packages or files in Node processes: one process, one run, then it is killed.
 *
 * I1 A process never serves a second run. I2 `close` leaves none behind.
 */
export class NodeCodeRunner {
  private readonly host: HostConfinement;
  private readonly ports: BrokerPorts;
  private readonly options: ResolvedSandboxOptions;
  private readonly admission: Admission;
  private readonly links = new Set<ChildLink>();
  private closed = false;

  constructor(host: HostConfinement, ports: BrokerPorts, options: ResolvedSandboxOptions, admission: Admission) {
    this.host = host;
    this.ports = ports;
    this.options = options;
    this.admission = admission;
  }

  pids(): number[] {
    return [...this.links].flatMap((link) => link.pid ?? []);
  }

  async close(): Promise<void> {
    this.closed = true;
    const links = [...this.links];
    for (const link of links) link.kill('closed');
    await Promise.all(links.map((link) => link.exited));
  }

  async run(request: CodeRequest): Promise<CodeResult> {
    const place = await this.admission.enter(request.signal);
    if (place.kind === 'aborted') return failed('code_aborted', 'The caller ended the call.');
    if (place.kind === 'overloaded') return failed('sandbox_overloaded', 'Too many calls wait. Try again later.');
    try {
      return await this.runInPlace(request);
    } finally {
      place.release();
    }
  }

  private async runInPlace(request: CodeRequest): Promise<CodeResult> {
    if (this.closed) return failed('sandbox_closed', 'The sandbox is closed.');
    const input = jsonText(request.input);
    const context = jsonText(request.ctx);
    if (input === undefined || context === undefined) return failed('code_error', 'The input of the code is not JSON.');
    const timeoutMs = request.timeoutMs ?? this.options.codeTimeoutMs;
    const memoryBytes = request.memoryBytes ?? this.options.codeMemoryBytes;
    const broker = new CodeBroker(request, this.ports);
    const effects = new AbortController();
    const answer = Promise.withResolvers<Frame>();
    const onFrame = (frame: Frame): void => {
      if (frame.kind === frameKind.ready) begin();
      else if (frame.kind === frameKind.answer) answer.resolve(frame);
      else if (frame.kind === frameKind.request) {
        void broker.answer(frame.head, frame.body, effects.signal).then((reply) => {
          link.send(frameKind.reply, frame.id, { ...reply.head, request: frame.head['request'] }, reply.body);
        });
      } else if (frame.kind !== frameKind.parked) link.kill('protocol_violation');
    };
    let begun = false;
    const begin = (): void => {
      if (begun) {
        link.kill('protocol_violation');
        return;
      }
      begun = true;
      clearTimeout(timer);
      timer = setTimeout(() => link.kill('time_limit'), timeoutMs);
      const head = {
        codeLength: request.code.length,
        inputLength: input.length,
        language: request.language ?? 'javascript',
        hasNetwork: (request.manifest?.hosts?.length ?? 0) > 0,
        walled: this.host.level !== 'guard',
        directory: request.grants?.packagesDirectory ?? '',
      };
      link.send(frameKind.call, 1, head, request.code + input + context);
    };
    const link = this.start(request, memoryBytes, timeoutMs, onFrame);
    let timer = setTimeout(() => link.kill('start_timeout'), 10_000);
    const watch = setInterval(() => {
      if (link.residentBytes() > baseResidentBytes + memoryBytes) link.kill('memory_limit');
    }, watchMs);
    const abort = () => link.kill('aborted');
    request.signal?.addEventListener('abort', abort, { once: true });
    try {
      const ended = await Promise.race([answer.promise, link.exited]);
      if ('kind' in ended) return codeResult(ended.head, ended.body, this.options.maxOutputBytes);
      return exitResult(ended, begun, timeoutMs);
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      request.signal?.removeEventListener('abort', abort);
      effects.abort();
      link.kill('done');
      await link.exited;
      this.links.delete(link);
    }
  }

  private start(
    request: CodeRequest,
    memoryBytes: number,
    timeoutMs: number,
    onFrame: (frame: Frame) => void,
  ): ChildLink {
    const files = request.grants?.files ?? [];
    const read = [
      request.grants?.packagesDirectory ?? [],
      files.filter((file) => file.access === 'read').map(pathOf),
    ].flat();
    const write = files.filter((file) => file.access === 'write').map(pathOf);
    const own = [entryFile('node-code').replace(/children[/\\][^/\\]*$/, '')];
    const flags = [
      ...commonFlags,
      '--no-experimental-sqlite',
      `--max-old-space-size=${Math.max(16, Math.ceil(memoryBytes / mib))}`,
      ...[...own, ...read, ...write].map((path) => `--allow-fs-read=${path}`),
      ...write.map((path) => `--allow-fs-write=${path}`),
    ];
    const limits = {
      read,
      write,
      dataBytes: baseDataBytes + memoryBytes,
      cpuSeconds: Math.ceil(timeoutMs / 1000) * 2 + 10,
      fileBytes: write.length > 0 ? writtenFileBytes : 0,
    };
    const { file, args } = confine(this.host, limits, [process.execPath, ...flags, entryFile('node-code')]);
    const { maxOutputBytes } = this.options;
    const maxReceivedBytes = 2 * maxOutputBytes + ((request.manifest?.hosts?.length ?? 0) > 0 ? 64 * mib : mib);
    const link = new ChildLink(
      { file, args, env: toolEnvironment, maxFrameBytes: 2 * maxOutputBytes + mib, maxReceivedBytes },
      onFrame,
    );
    this.links.add(link);
    return link;
  }
}

function pathOf(grant: { readonly path: string }): string {
  return grant.path;
}

function failed(code: SandboxErrorCode, message: string): CodeResult {
  return { ...failure(code, message), logs: [], logsDropped: 0 };
}

const memorySignals = new Set(['SIGABRT', 'SIGTRAP', 'SIGSEGV', 'SIGILL']);
const memoryCodes = new Set([132, 133, 134, 139]);

function exitResult(exit: ChildExit, begun: boolean, timeoutMs: number): CodeResult {
  if (exit.reason === 'aborted') return failed('code_aborted', 'The caller ended the call.');
  if (exit.reason === 'closed') return failed('sandbox_closed', 'The sandbox was closed.');
  if (!begun) {
    const why = exit.stderr.trim() || describeExit(exit);
    return failed('sandbox_unavailable', `The process for the code does not start: ${why}`);
  }
  if (exit.reason === 'time_limit' || exit.signal === 'SIGXCPU' || exit.code === 152) {
    return failed('code_timeout', `The code did not end within ${timeoutMs} ms and was killed.`);
  }
  if (exit.reason === 'output_flood')
    return failed('code_output_too_large', 'The code sent more than a result may hold.');
  if (exit.reason === 'protocol_violation' || exit.reason === 'channel_error') {
    return failed('code_error', 'The code wrote into the channel of the sandbox.');
  }
  if (exit.reason === 'memory_limit' || memorySignals.has(exit.signal ?? '') || memoryCodes.has(exit.code ?? 0)) {
    return failed('code_out_of_memory', 'The code used more memory than allowed and was killed.');
  }
  return failed('code_exited', `The code ended its process (${describeExit(exit)}) before it returned a result.`);
}
