import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { cliErrors } from './errors.ts';
import { readStdin } from './read-input.ts';

/** A secret from standard input: typed without echo at a terminal, else everything up to its end without the last line break. @throws Conv3nError `usage`, `interrupted` */
export async function readSecret(prompt: string): Promise<string> {
  const value = process.stdin.isTTY ? await typed(prompt) : (await readStdin()).replace(/\r?\n$/, '');
  if (value !== '') return value;
  throw cliErrors.error('usage', 'The value is empty. Pipe it in: printf %s "$VALUE" | conv3n secret set NAME');
}

async function typed(prompt: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true, historySize: 0 });
  const interrupt = new AbortController();
  reader.once('SIGINT', () => interrupt.abort());
  reader.once('close', () => interrupt.abort());
  // Only now the terminal echoes nothing any more.
  process.stderr.write(prompt);
  try {
    return await reader.question('', { signal: interrupt.signal });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw cliErrors.error('interrupted', 'Nothing was set.');
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}
