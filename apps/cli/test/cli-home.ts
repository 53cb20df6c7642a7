import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const binary = fileURLToPath(new URL('../bin/conv3n.js', import.meta.url));

/** The examples of the repository. */
export const examples = fileURLToPath(new URL('../../../examples', import.meta.url));

/** How a command ended and what it said. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read arbitrary answers
  readonly json: any;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A folder in which the real command runs, and the servers started there. Nothing of the caller's environment names another server. */
export class CliHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'conv3n-cli-'));
  readonly #servers = new Set<ChildProcess>();

  /** Writes a JSON file into the folder; answers its name. */
  write(name: string, value: unknown): string {
    writeFileSync(join(this.folder, name), JSON.stringify(value, null, 2));
    return name;
  }

  /** Starts the command without waiting for its end. */
  spawn(args: readonly string[], env: RunOptions['env'] = {}): ChildProcess {
    return spawn(process.execPath, [binary, ...args], { cwd: this.folder, env: { ...clean(), ...env } });
  }

  async run(args: readonly string[], { stdin = '', env = {} }: RunOptions = {}): Promise<Answer> {
    const child = this.spawn(args, env);
    child.stdin?.on('error', ignoreBrokenPipe).end(stdin);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout as NodeJS.ReadableStream),
      text(child.stderr as NodeJS.ReadableStream),
      once(child, 'close') as Promise<[number]>,
    ]);
    return {
      code,
      stdout,
      stderr,
      get json() {
        return JSON.parse(stdout);
      },
    };
  }

  /** Runs a command that must end with this code. */
  async expect(code: number, args: readonly string[], options: RunOptions = {}): Promise<Answer> {
    const answer = await this.run(args, options);
    expect({ code: answer.code, stderr: answer.stderr }, args.join(' ')).toMatchObject({ code });
    return answer;
  }

  /** Runs a command with `--json` that must succeed; answers the document. */
  async json(args: readonly string[], options: RunOptions = {}): Promise<Answer['json']> {
    return (await this.expect(0, [...args, '--json'], options)).json;
  }

  /** Starts a server on the folder; answers its URL and its process. */
  async startServer(
    args: readonly string[] = [],
    env: RunOptions['env'] = {},
  ): Promise<{ url: string; child: ChildProcess }> {
    const child = this.spawn(['start', '--port', '0', '--json', ...args], {
      CONV3N_LOG_LEVEL: 'error',
      CONV3N_DRAIN_GRACE: '1s',
      ...env,
    });
    this.#servers.add(child);
    let stdout = '';
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        stdout += chunk;
        if (stdout.trimEnd().endsWith('}')) resolve((JSON.parse(stdout) as { url: string }).url);
      });
      child.once('close', (code) => reject(new Error(`The server ended with ${code}: ${stderr}`)));
    });
    return { url, child };
  }

  async stopServers(): Promise<void> {
    for (const child of this.#servers) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'close');
      }
      this.#servers.delete(child);
    }
  }

  async remove(): Promise<void> {
    await this.stopServers();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Text with everything that differs between runs replaced, and columns pulled together. */
export function stable(output: string, home?: CliHome): string {
  const named = home === undefined ? output : output.replaceAll(home.folder, 'HOME');
  return named
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
    .replace(/127\.0\.0\.1:\d+/g, 'HOST')
    .replace(/\b\d+(\.\d+)? m?s\b/g, 'SPAN')
    .replace(/ {2,}(?=\S)/g, '  ')
    .replace(/(?<=\w) SPAN/g, '')
    .replace(/ {2}SPAN$/gm, '')
    .trim();
}

function clean(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(CONV3N_|VITEST|NODE_OPTIONS|FORCE_COLOR|NO_COLOR)/.test(name),
  );
  return { ...Object.fromEntries(kept), TZ: 'UTC' };
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
