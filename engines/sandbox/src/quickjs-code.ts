import type { ChildPool } from './child-pool.ts';
import type { CodeRequest, CodeResult } from './code.ts';
import { type BrokerPorts, CodeBroker } from './code-broker.ts';
import { codeResult, failure, unanswered } from './code-result.ts';
import type { ResolvedSandboxOptions } from './options.ts';

const codes = { timeout: 'code_timeout', aborted: 'code_aborted', memory: 'code_out_of_memory' } as const;

/** Runs code without packages and files in QuickJS. */
export async function runQuickJsCode(
  pool: ChildPool,
  request: CodeRequest,
  ports: BrokerPorts,
  options: ResolvedSandboxOptions,
): Promise<CodeResult> {
  const input = jsonText(request.input);
  const context = jsonText(request.ctx);
  if (input === undefined || context === undefined) {
    return { ...failure('code_error', 'The input of the code is not JSON.'), logs: [], logsDropped: 0 };
  }
  const broker = new CodeBroker(request, ports);
  const timeoutMs = request.timeoutMs ?? options.codeTimeoutMs;
  const outcome = await pool.run({
    head: {
      version: request.workflowVersionKey,
      language: request.language ?? 'javascript',
      codeLength: request.code.length,
      inputLength: input.length,
      hasNetwork: (request.manifest?.hosts?.length ?? 0) > 0,
      timeoutMs,
      memoryBytes: request.memoryBytes ?? options.codeMemoryBytes,
      maxOutputBytes: options.maxOutputBytes,
    },
    body: request.code + input + context,
    timeoutMs,
    signal: request.signal,
    onRequest: (head, body, signal) => broker.answer(head, body, signal),
    replayable: () => !broker.effects,
  });
  if (outcome.kind === 'answered') return codeResult(outcome.head, outcome.body, options.maxOutputBytes);
  return { ...unanswered(outcome, codes, timeoutMs), logs: [], logsDropped: 0 };
}

/** JSON of a value, `null` for undefined; undefined when it has none. */
export function jsonText(value: unknown): string | undefined {
  try {
    return value === undefined ? 'null' : JSON.stringify(value);
  } catch {
    return undefined;
  }
}
