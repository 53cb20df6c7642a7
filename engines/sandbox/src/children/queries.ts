/** Child process: evaluates JSONata expressions and regular expressions, one at a time. */
import jsonata from 'jsonata';
import type { Frame } from '../frame.ts';
import { openChannel } from './channel.ts';
import { freezeIntrinsics } from './frozen-intrinsics.ts';
import { installRecordedTime, type Recorded, useRecorded } from './recorded-time.ts';
import { matchRegex, type RegexCall } from './regex-operation.ts';

const keptExpressions = 200;
const expressions = new Map<string, jsonata.Expression>();

process.permission.drop('fs');
installRecordedTime();

const channel = openChannel({
  async call(frame) {
    const kind = frame.head['kind'] === 'regex' ? 'regex' : 'jsonata';
    try {
      const text = kind === 'regex' ? regex(frame) : await query(frame);
      const maxBytes = Number(frame.head['maxBytes']);
      if (Buffer.byteLength(text) <= maxBytes) return channel.answer(frame.id, {}, text);
      const message = `The result has more than ${maxBytes} bytes of JSON. Select less.`;
      channel.answer(frame.id, { failure: { code: `${kind}_result_too_large`, message } });
    } catch (cause) {
      channel.answer(frame.id, { failure: { code: `${kind}_error`, ...describe(cause) } });
    }
  },
});
freezeIntrinsics();

function regex(frame: Frame): string {
  return JSON.stringify(matchRegex(JSON.parse(frame.body.toString('utf8')) as RegexCall));
}

async function query(frame: Frame): Promise<string> {
  const text = frame.body.toString('utf8');
  const source = text.slice(0, Number(frame.head['expressionLength']));
  useRecorded(frame.head['recorded'] as Recorded | undefined);
  const result: unknown = await compiled(source).evaluate(JSON.parse(text.slice(source.length)), {});
  return JSON.stringify(result) ?? 'null';
}

/** The bindings given to `evaluate` keep assignments of one evaluation out of the compiled expression. */
function compiled(source: string): jsonata.Expression {
  const known = expressions.get(source);
  if (known) return known;
  const made = jsonata(source);
  if (expressions.size >= keptExpressions) expressions.delete(expressions.keys().next().value as string);
  expressions.set(source, made);
  return made;
}

function describe(cause: unknown): { message: string; details?: Record<string, unknown> } {
  if (typeof cause !== 'object' || cause === null) return { message: String(cause) };
  const { message, code, position } = cause as { message?: unknown; code?: unknown; position?: unknown };
  return {
    message: typeof message === 'string' ? message : 'The expression failed.',
    details: {
      ...(typeof code === 'string' && { jsonataCode: code }),
      ...(typeof position === 'number' && { position }),
    },
  };
}
