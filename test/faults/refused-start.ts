import { expect } from 'vitest';
import { type ServerOptions, ServerProcess } from '../support/server-process.ts';

/** What a server said that would not start. */
export interface RefusedStart {
  readonly exitCode: number | null;
  /** All of stderr. */
  readonly text: string;
}

/** Starts a server that must refuse: it ends by itself, in words for people and without a stack trace. */
export async function refusedStart(options: ServerOptions): Promise<RefusedStart> {
  const server = new ServerProcess({ ...options, json: false });
  const { code, signal } = await server.ended();
  const text = server.stderr;
  expect(signal, text).toBe(null);
  expect(text).toMatch(/^error [^\n]+\n {2}code: [a-z_]+\n$/);
  expect(text).not.toMatch(/^\s+at \S+/m);
  return { exitCode: code, text };
}
