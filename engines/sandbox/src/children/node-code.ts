/** Child process: runs user code with packages or files, once. The walls around it are put up by the parent. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import type { Frame } from '../frame.ts';
import { type ChildChannel, openChannel } from './channel.ts';
import { javascriptOf } from './code-source.ts';
import { type Failure, failureOf, type ThrownError } from './failure.ts';
import { brokered, type RequestWaiters } from './node-broker.ts';
import { RunLog } from './run-log.ts';

const { parse, stringify } = JSON;
const log = new RunLog();
const waiters: RequestWaiters = new Map();
let callId = 0;
let answered = false;

for (const key of Object.keys(process.env)) delete process.env[key];
for (const level of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  console[level] = (...items: unknown[]) => log.add(level, format(...items).slice(0, 16_384));
}

const channel: ChildChannel = openChannel({
  call: (frame) => run(frame),
  reply: (frame) => {
    const waiter = waiters.get(Number(frame.head['request']));
    waiters.delete(Number(frame.head['request']));
    waiter?.(frame);
  },
});

function answer(head: { failure?: Failure }, body?: string): void {
  if (answered) return;
  answered = true;
  channel.answer(callId, { ...head, logs: log.lines, logsDropped: log.dropped }, body);
}

function fail(cause: unknown): void {
  const isObject = (typeof cause === 'object' && cause !== null) || typeof cause === 'function';
  const thrown: ThrownError = isObject ? described(cause as object) : { thrown: String(cause) };
  const failure = failureOf(thrown);
  const code = isObject && (cause as { code?: unknown }).code;
  if (code === 'ERR_MODULE_NOT_FOUND') answer({ failure: { ...failure, code: 'code_import_refused' } });
  else answer({ failure });
}

function described(error: object): ThrownError {
  const part = (key: string): string | undefined => {
    try {
      const value: unknown = Reflect.get(error, key);
      return value === undefined ? undefined : String(value);
    } catch {
      return undefined;
    }
  };
  const [name, message, stack] = [part('name'), part('message'), part('stack')];
  return { ...(name && { name }), ...(message && { message }), ...(stack && { stack }) };
}

/** Where no wall stands around this process, what would reach out of it by mistake is taken away. Not a wall. */
function hideReach(): void {
  for (const name of ['kill', '_kill', 'abort', 'getBuiltinModule', 'binding', '_linkedBinding', 'dlopen', 'setuid']) {
    Reflect.deleteProperty(process, name);
  }
}

async function run(frame: Frame): Promise<void> {
  callId = frame.id;
  const { head } = frame;
  if (head['walled'] !== true) hideReach();
  const text = frame.body.toString('utf8');
  const codeEnd = Number(head['codeLength']);
  const inputEnd = codeEnd + Number(head['inputLength']);
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const ask = brokered(channel, callId, waiters);
  Object.assign(globalThis, { fetch: head['hasNetwork'] === true ? ask.fetch : undefined, sleep });
  try {
    const module = await load(text.slice(0, codeEnd), String(head['language']), String(head['directory']));
    if (typeof module['default'] !== 'function') {
      const message = 'The module has no default function. Write: export default (input, ctx) => output';
      return answer({ failure: { code: 'code_error', message } });
    }
    const ctx = { ...(parse(text.slice(inputEnd)) as object), secrets: { get: ask.secret } };
    finish(await module['default'](parse(text.slice(codeEnd, inputEnd)), ctx));
  } catch (cause) {
    fail(cause);
  }
}

function finish(value: unknown): void {
  const refuse = (message: string) => answer({ failure: { code: 'code_output_not_json', message } });
  if (typeof value === 'function' || typeof value === 'symbol') {
    refuse(`The code returned a ${typeof value}.`);
    return;
  }
  if (value === undefined) {
    answer({}, 'null');
    return;
  }
  let text: string | undefined;
  try {
    text = stringify(value);
  } catch (cause) {
    refuse(`The result is not JSON: ${described(cause as object).message}. Return plain objects.`);
    return;
  }
  if (text === undefined) {
    refuse('The result turns itself into nothing (toJSON). Return JSON.');
    return;
  }
  answer({}, text);
}

async function load(code: string, language: string, directory: string): Promise<Record<string, unknown>> {
  const url = pathToFileURL(`${directory}/workflow-code.mjs`).href;
  let source: string;
  try {
    source = javascriptOf(code, language);
  } catch (cause) {
    answer({ failure: { code: 'code_syntax_error', message: (cause as Error).message } });
    return {};
  }
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === url ? { url, format: 'module', shortCircuit: true } : next(specifier, context),
    load: (target, context, next) =>
      target === url ? { format: 'module', source, shortCircuit: true } : next(target, context),
  });
  try {
    return (await import(url)) as Record<string, unknown>;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    answer({ failure: { ...failureOf(described(cause)), code: 'code_syntax_error' } });
    return {};
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
