import { adminKey } from './server-process.ts';

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly kind?: string;
  readonly retryable: boolean;
}

export interface StepWire {
  readonly node: string;
  readonly type: string;
  readonly status: string;
  readonly attempts: number;
  readonly iteration?: readonly number[];
  readonly data: unknown;
  readonly port: string | null;
  readonly error: Failure | null;
}

export interface ExecutionWire {
  readonly id: string;
  readonly workflow_id: string | null;
  readonly status: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly error: Failure | null;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly steps: readonly StepWire[];
}

export interface SummaryWire {
  readonly id: string;
  readonly status: string;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly error_code: string | null;
}

export interface EventWire {
  readonly version: number;
  readonly type: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly node?: string; readonly i?: readonly number[] };
}

/** What the server answered. */
export interface Answer<Data> {
  readonly status: number;
  readonly data: Data;
}

/** The server answered with an error. */
export class Refusal extends Error {
  readonly status: number;
  readonly failure: Failure;

  constructor(status: number, failure: Failure, where: string) {
    super(`${where} answered ${status} ${failure.code}: ${failure.message}`);
    this.status = status;
    this.failure = failure;
  }
}

/** The connection broke, as it does when the server is killed: nobody knows what the server did. */
export class Interrupted extends Error {}

export interface ExecuteOptions {
  readonly key?: string;
  readonly mode?: 'sync' | 'async';
  readonly waitMs?: number;
}

export interface DecideRequest {
  readonly node: string;
  readonly iteration?: string;
  readonly decision: 'retry' | 'skip' | 'fail' | 'succeed';
  readonly data?: unknown;
}

/** The HTTP API as a stranger calls it: `fetch` and nothing of the house. */
export class ApiClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** One request. @throws Refusal, Interrupted */
  async call<Data>(
    method: string,
    path: string,
    options: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
  ): Promise<Answer<Data>> {
    const { body, headers } = options;
    let status: number;
    let text: string;
    try {
      const response = await fetch(`${this.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${adminKey}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(60_000),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw new Interrupted(`${method} ${path} was cut off`, { cause: error });
    }
    const document = JSON.parse(text) as { readonly data: Data; readonly error?: Failure };
    if (document.error) throw new Refusal(status, document.error, `${method} ${path}`);
    return { status, data: document.data };
  }

  /** Saves and publishes a workflow; answers its id. */
  async publish(workflow: unknown): Promise<string> {
    const created = await this.call<{ id: string }>('POST', '/api/v1/workflows?publish=true', { body: workflow });
    return created.data.id;
  }

  execute(workflowId: string, input: unknown, options: ExecuteOptions = {}): Promise<Answer<ExecutionWire>> {
    const { key, mode = 'sync', waitMs } = options;
    const query = new URLSearchParams({ mode, ...(waitMs !== undefined && { wait_ms: String(waitMs) }) });
    return this.call('POST', `/api/v1/workflows/${workflowId}/execute?${query}`, {
      body: { input },
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    });
  }

  /** Runs an unsaved workflow to its end. */
  async run(workflow: unknown, input: unknown = null): Promise<ExecutionWire> {
    return (await this.call<ExecutionWire>('POST', '/api/v1/run', { body: { workflow, input } })).data;
  }

  async execution(id: string): Promise<ExecutionWire> {
    return (await this.call<ExecutionWire>('GET', `/api/v1/executions/${id}`)).data;
  }

  /** Every execution the list shows. */
  executions(status?: string): Promise<SummaryWire[]> {
    return this.#pages(`/api/v1/executions?limit=200${status === undefined ? '' : `&status=${status}`}`);
  }

  /** Every event of an execution. */
  events(id: string): Promise<EventWire[]> {
    return this.#pages(`/api/v1/executions/${id}/events?limit=1000`);
  }

  /** Every iteration of a node inside a loop. */
  steps(id: string, node: string): Promise<StepWire[]> {
    return this.#pages(`/api/v1/executions/${id}/steps/${node}?limit=200`);
  }

  async decide(id: string, request: DecideRequest): Promise<ExecutionWire> {
    return (await this.call<ExecutionWire>('POST', `/api/v1/executions/${id}/decide`, { body: request })).data;
  }

  /** Events as a live follower sees them, until the execution ends or the signal aborts. @throws Interrupted */
  async follow(id: string, seen: (event: EventWire) => void, signal: AbortSignal): Promise<void> {
    try {
      const response = await fetch(`${this.url}/api/v1/executions/${id}/events`, {
        headers: { authorization: `Bearer ${adminKey}`, accept: 'text/event-stream', 'last-event-id': '0' },
        signal,
      });
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() as string;
        for (const block of blocks) {
          const type = /^event: (.*)$/m.exec(block)?.[1];
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (data !== undefined && type !== 'execution' && type !== 'end') seen(JSON.parse(data) as EventWire);
        }
      }
    } catch (error) {
      throw new Interrupted(`Following ${id} was cut off`, { cause: error });
    }
  }

  async #pages<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | undefined;
    do {
      const more = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { data } = await this.call<{ items: Item[]; next_cursor?: string }>('GET', path + more);
      items.push(...data.items);
      cursor = data.next_cursor;
    } while (cursor !== undefined);
    return items;
  }
}
