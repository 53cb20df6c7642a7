import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const command = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

/** The admin key of every server under test. */
export const adminKey = `c3n_${'0123456789abcdef'}_${'ab'.repeat(32)}`;

export interface ServerOptions {
  readonly dataDir: string;
  readonly filesDir: string;
  /** @default 0, a free one */
  readonly port?: number;
  /** Further environment, usually `CONV3N_*`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Modules loaded before the server, such as a fault. */
  readonly imports?: readonly string[];
  /** Errors as JSON, and the ready document. @default true */
  readonly json?: boolean;
}

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A real `conv3n start` in its own process. It never outlives the running test. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<Ending>;
  readonly #ready: Promise<string>;
  #stdout = '';
  #stderr = '';

  constructor(options: ServerOptions) {
    const { dataDir, filesDir, port = 0, env = {}, imports = [], json = true } = options;
    const args = ['start', '--port', String(port), '--data-dir', dataDir, '--files-dir', filesDir];
    this.#child = spawn(
      process.execPath,
      [
        '--conditions=source',
        ...imports.flatMap((module) => ['--import', module]),
        command,
        ...args,
        ...(json ? ['--json'] : []),
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...inherited(), CONV3N_BOOTSTRAP_API_KEY: adminKey, ...env } },
    );
    this.#ended = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }) as Ending);
    this.#ready = this.#readUrl();
    this.#ready.catch(() => undefined);
    onTestFinished(async () => {
      await this.kill();
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** Everything it wrote to stderr so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Its base URL, once it takes requests. Rejects with what it said when it ends before. */
  ready(): Promise<string> {
    return this.#ready;
  }

  ended(): Promise<Ending> {
    return this.#ended;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Sends a signal and does not wait. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Kill -9; resolves when the process is gone. */
  kill(): Promise<Ending> {
    if (this.running) this.#child.kill('SIGKILL');
    return this.#ended;
  }

  /** SIGTERM; resolves when the process is gone. */
  terminate(): Promise<Ending> {
    if (this.running) this.#child.kill('SIGTERM');
    return this.#ended;
  }

  #readUrl(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        this.#stderr += text;
      });
      this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        this.#stdout += text;
        const url = /"url":\s*"([^"]+)"/.exec(this.#stdout)?.[1];
        if (url && this.#stdout.trimEnd().endsWith('}')) resolve(url);
      });
      this.#ended.then(({ code, signal }) =>
        reject(new Error(`The server ended with ${code ?? signal} before it was ready:\n${this.#stderr}`)),
      );
    });
  }
}

/** This environment without settings of another server. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('CONV3N_') && !name.startsWith('VITEST')),
  );
}
