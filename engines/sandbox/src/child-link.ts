import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { encodeFrame, type Frame, FrameDecoder } from './frame.ts';

/** What to start. The child speaks frames on descriptor 3; its input and output are closed. */
export interface ChildCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly maxFrameBytes: number;
  /** Bytes the child may send in its life; more ends it. @default unlimited */
  readonly maxReceivedBytes?: number;
}

/** Why a child is gone. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** What this side had against it, if it ended it. */
  readonly reason?: string;
  /** The first characters of its error output. */
  readonly stderr: string;
}

const keptStderr = 4096;

/**
 * One child process in its own session, with a private channel.
 *
 * I1 `kill` ends the whole process group. I2 `exited` settles exactly once, after the system reaped the child.
 * I3 Bytes that break the protocol end the child, never this process.
 */
export class ChildLink {
  readonly exited: Promise<ChildExit>;
  private readonly process: ChildProcess;
  private readonly channel: Duplex;
  private outbox: Buffer[] = [];
  private reason: string | undefined;
  private gone = false;

  constructor(command: ChildCommand, onFrame: (frame: Frame) => void) {
    this.process = spawn(command.file, command.args, {
      detached: true,
      env: command.env,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.channel = this.process.stdio[3] as Duplex;
    const stderr = this.keepStderr();
    this.receive(command, onFrame);
    this.exited = new Promise((resolve) => {
      const end = (code: number | null, signal: string | null) => {
        this.gone = true;
        this.channel.destroy();
        resolve({ code, signal, ...(this.reason !== undefined && { reason: this.reason }), stderr: stderr() });
      };
      this.process.once('error', (cause) => {
        this.reason ??= cause.message;
        if (this.process.pid === undefined) end(null, null);
      });
      this.process.once('exit', () => this.killGroup());
      this.process.once('close', end);
    });
  }

  /** The id of the started process; undefined when it did not start. */
  get pid(): number | undefined {
    return this.process.pid;
  }

  /** Sends a frame; frames of one turn leave in one write. */
  send(kind: number, id: number, head: object, body?: string | Uint8Array): void {
    if (this.gone) return;
    if (this.outbox.length === 0) queueMicrotask(() => this.flush());
    this.outbox.push(encodeFrame(kind, id, head, body));
  }

  /** Ends the child and its group at once. The first reason is kept. */
  kill(reason: string): void {
    this.reason ??= reason;
    if (!this.gone) this.killGroup();
  }

  /** Resident bytes of the child and its descendants; 0 where the system does not say. */
  residentBytes(): number {
    return this.process.pid === undefined ? 0 : residentBytesOf(this.process.pid, 0);
  }

  private flush(): void {
    const outbox = this.outbox;
    this.outbox = [];
    if (!this.gone) this.channel.write(outbox.length === 1 ? (outbox[0] as Buffer) : Buffer.concat(outbox));
  }

  private receive(command: ChildCommand, onFrame: (frame: Frame) => void): void {
    const decoder = new FrameDecoder(command.maxFrameBytes);
    const limit = command.maxReceivedBytes ?? Number.POSITIVE_INFINITY;
    let received = 0;
    this.channel.on('error', () => this.kill('channel_error'));
    this.channel.on('data', (chunk: Buffer) => {
      if (this.gone) return;
      received += chunk.length;
      if (received > limit) return this.refuse('output_flood');
      try {
        for (const frame of decoder.push(chunk)) onFrame(frame);
      } catch {
        this.refuse('protocol_violation');
      }
    });
  }

  private refuse(reason: string): void {
    this.kill(reason);
    this.channel.destroy();
  }

  private keepStderr(): () => string {
    let text = '';
    const stream = this.process.stderr;
    stream?.on('error', (cause) => {
      text += cause.message;
    });
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8').slice(0, keptStderr - text.length);
      if (text.length >= keptStderr) stream.destroy();
    });
    return () => text;
  }

  private killGroup(): void {
    const pid = this.process.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      this.process.kill('SIGKILL');
    }
  }
}

function residentBytesOf(pid: number, depth: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    let bytes = pages * 4096;
    if (depth > 3) return bytes;
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8');
      for (const child of children.split(' ')) if (child !== '') bytes += residentBytesOf(Number(child), depth + 1);
    }
    return bytes;
  } catch {
    return 0;
  }
}
