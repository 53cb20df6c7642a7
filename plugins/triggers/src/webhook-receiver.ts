import { type OperationReply, type RawRequest, reply } from '@conv3n/nexus';
import {
  type CallContext,
  isConv3nError,
  type JsonObject,
  type JsonValue,
  type Platform,
  type SchemaCheck,
  type SchemaCompiler,
} from '@conv3n/platform';
import { triggersErrors } from './errors.ts';
import type { FireExecution } from './fire-execution.ts';
import { RouteTable } from './route-table.ts';
import { secretName } from './trigger-config.ts';
import type { TriggerRecord } from './trigger-record.ts';
import { parseWebhookBody } from './webhook-body.ts';
import { signatureIsValid } from './webhook-signature.ts';

const waitMs = 30_000;
const retryAfterMs = 1_000;

export interface WebhookReceiverOptions {
  readonly platform: Platform;
  readonly fire: FireExecution;
  /** The value of a secret by name. */
  readonly secret: (name: string) => Promise<string>;
  readonly compileSchema: SchemaCompiler;
}

interface Target {
  readonly record: TriggerRecord;
  readonly check: SchemaCheck | undefined;
}

/** Answers webhook requests: find the trigger, verify, parse, check, start the execution, answer as the trigger says. */
export class WebhookReceiver {
  readonly #routes = new RouteTable<Target>();
  readonly #options: WebhookReceiverOptions;

  constructor(options: WebhookReceiverOptions) {
    this.#options = options;
  }

  /** Takes the present triggers; paused ones do not answer. */
  replace(records: readonly TriggerRecord[]): void {
    this.#routes.replace(
      records
        .filter((record) => record.type === 'std/webhook' && record.enabled)
        .map((record) => ({
          method: String(record.config.method ?? 'POST'),
          pattern: String(record.config.path),
          target: {
            record,
            check: record.config.schema ? this.#options.compileSchema(record.config.schema as JsonObject) : undefined,
          },
        })),
    );
  }

  async receive(path: string, request: RawRequest, context: CallContext): Promise<OperationReply> {
    const match = this.#routes.find(request.method, path);
    if (!match || 'methods' in match) {
      const hint = match ? ` It answers ${match.methods.join(', ')}.` : ' Is the workflow published?';
      throw triggersErrors.error('webhook_not_found', `No webhook answers ${request.method} /${path}.${hint}`);
    }
    const { record, check } = match.target;
    if (record.config.secret !== undefined) await this.#verify(record, request);
    const body = parseWebhookBody(request.body, request.headers['content-type']);
    const violations = check?.(body) ?? [];
    if (violations.length > 0) {
      throw triggersErrors.error('webhook_payload_invalid', `The body has ${violations.length} problem(s).`, {
        violations,
      });
    }
    const input: JsonValue = {
      method: request.method,
      path: request.path,
      params: match.params,
      query: request.query as JsonObject,
      headers: request.headers,
      body,
    };
    const last = record.config.respond !== 'ack';
    const result = await this.#fire(record, input, last ? waitMs : 0, context);
    if (!last || !isEnded(result.status))
      return reply({ outcome: 'accepted', data: { id: result.id, status: result.status } });
    if (result.status !== 'succeeded') {
      throw triggersErrors.error('execution_failed', `The execution ${result.id} ${result.status.replace('_', ' ')}.`, {
        details: {
          execution_id: result.id,
          status: result.status,
          ...(result.error && { error: { code: result.error.code } }),
        },
      });
    }
    return reply({ raw: rawAnswer(result.output, record.config.contentType) });
  }

  async #verify(record: TriggerRecord, request: RawRequest): Promise<void> {
    const { platform } = this.#options;
    const valid = signatureIsValid({
      crypto: platform.crypto,
      secret: await this.#secretOf(record),
      headers: request.sensitiveHeaders,
      body: request.body,
      now: platform.clock.now(),
    });
    if (!valid) {
      throw triggersErrors.error(
        'webhook_signature_invalid',
        'The request needs a valid X-Conv3n-Signature (t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">) or X-Hub-Signature-256.',
      );
    }
  }

  /** Without its secret a webhook takes nothing. */
  async #secretOf({ id, config }: TriggerRecord): Promise<string> {
    const name = secretName(config.secret);
    try {
      if (name !== undefined) return await this.#options.secret(name);
    } catch (error) {
      if (!isConv3nError(error, 'secret_not_found') && !isConv3nError(error, 'secret_unreadable')) throw error;
    }
    this.#options.platform.log.write('error', 'The signing secret of a webhook is missing', {
      trigger: id,
      reference: name ?? 'none',
    });
    throw triggersErrors.error(
      'webhook_secret_missing',
      'The signing secret of this webhook is not set on the server, so nothing can be verified. Its operator sets it with `conv3n secret set`.',
    );
  }

  async #fire(record: TriggerRecord, input: JsonValue, wait: number, context: CallContext) {
    try {
      return await this.#options.fire(
        {
          workflow_id: record.workflowId,
          node: record.node,
          kind: 'webhook',
          trigger_id: record.id,
          input,
          wait_ms: wait,
        },
        context,
      );
    } catch (error) {
      if (isConv3nError(error, 'too_many_executions')) {
        throw triggersErrors.error(
          'webhook_overloaded',
          'The server is at its limit of running and queued executions. Try again shortly.',
          { cause: error, details: { retry_after_ms: retryAfterMs } },
        );
      }
      if (isConv3nError(error, 'not_published') || isConv3nError(error, 'workflow_not_found')) {
        throw triggersErrors.error('webhook_not_found', 'The workflow of this webhook is not published.', {
          cause: error,
        });
      }
      throw error;
    }
  }
}

function isEnded(status: string): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled' || status === 'timed_out';
}

/** JSON unless the trigger names another type; then a text output leaves as it is. */
function rawAnswer(
  output: JsonValue,
  contentType: unknown,
): { readonly status: number; readonly contentType: string; readonly body: string } {
  if (typeof contentType === 'string' && contentType !== '') {
    return { status: 200, contentType, body: typeof output === 'string' ? output : JSON.stringify(output) };
  }
  return { status: 200, contentType: 'application/json', body: JSON.stringify(output ?? null) };
}
