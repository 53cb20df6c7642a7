/** Child process: evaluates JSONata expressions and regular expressions, one at a time. */
import type { Frame } from '../frame.ts';
import { openChannel } from './channel.ts';
import { freezeIntrinsics } from './frozen-intrinsics.ts';
import { describeQueryError, runExpression } from './jsonata-expression.ts';
import { installRecordedTime, type Recorded } from './recorded-time.ts';
import { matchRegex, type RegexCall } from './regex-operation.ts';

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
      channel.answer(frame.id, { failure: { code: `${kind}_error`, ...describeQueryError(cause) } });
    }
  },
});
freezeIntrinsics();

function regex(frame: Frame): string {
  return JSON.stringify(matchRegex(JSON.parse(frame.body.toString('utf8')) as RegexCall));
}

function query(frame: Frame): Promise<string> {
  const text = frame.body.toString('utf8');
  const length = Number(frame.head['expressionLength']);
  return runExpression(text.slice(0, length), text.slice(length), frame.head['recorded'] as Recorded | undefined);
}
