import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { WorkflowFile } from '@conv3n/workflow';
import { mockBlocks } from './mock-blocks.ts';
import { orderInput, orderWorkflow, readExamples } from './mock-data.ts';
import { serveFile, streamRun } from './mock-http.ts';
import { type MockRun, startRun } from './mock-run.ts';

interface Stored {
  id: string;
  published: number | null;
  readonly versions: { readonly file: WorkflowFile; readonly at: string }[];
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const hour = 3_600_000;

/** Starts a server with the studio's build and just enough API to look at every page, for development and page tests only; `empty` leaves out all data. @returns its address and a way to end it */
export async function startMock(
  options: { readonly port?: number; readonly empty?: boolean; readonly session?: boolean } = {},
) {
  const workflows = new Map<string, Stored>();
  const runs = new Map<string, MockRun>();
  const secrets = new Map<string, string>();
  const keys = new Map<
    string,
    { id: string; name: string; scopes: string[]; created_at: string; expires_at?: string }
  >();
  const paused = new Set<string>();
  let session = options.session ?? true;
  let count = 0;
  const examples = readExamples();
  const nextId = () => {
    count += 1;
    return `0193a7c2-5e1b-7c4d-9f20-${(0x6b1f20000000 + count * 7919 * 104729).toString(16).padStart(12, '0').slice(0, 12)}`;
  };
  const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
  const add = (file: WorkflowFile, published: number | null, at = new Date().toISOString()) => {
    const stored = { id: `wf_${workflows.size + 1}`, published, versions: [{ file, at }] };
    workflows.set(stored.id, stored);
    return stored;
  };
  const run = (stored: Stored, facts: { at: number; fail?: string; doubt?: string }) => {
    const id = nextId();
    runs.set(
      id,
      startRun(stored.versions.at(-1)?.file ?? orderWorkflow, orderInput, {
        id,
        workflowId: stored.id,
        version: 1,
        pace: 0,
        ...facts,
      }),
    );
  };
  if (!options.empty) {
    const order = add(orderWorkflow, 1, ago(hour * 3));
    order.versions.push({ file: orderWorkflow, at: ago(hour / 2) });
    order.published = 2;
    for (const [index, example] of examples.slice(0, 6).entries())
      add(example.workflow, index % 3 === 1 ? null : 1, ago(hour * (index * 30 + 5)));
    for (let n = 9; n > 0; n -= 1) {
      const stored = [...workflows.values()][n % 5] ?? order;
      run(stored, {
        at: Date.now() - n * hour * 1.3,
        ...(n === 4 ? { fail: Object.keys(stored.versions[0]?.file.nodes ?? {})[1] ?? '' } : {}),
      });
    }
    run(order, { at: Date.now() - 900_000, doubt: 'crm' });
    run(order, { at: Date.now() - 400_000, fail: 'crm' });
    run(order, { at: Date.now() - 120_000 });
    for (const name of ['crm_token', 'smtp_password', 'warehouse_key']) secrets.set(name, ago(hour * 50));
    keys.set('k1', {
      id: 'k1',
      name: 'CI pipeline',
      scopes: ['workflows:execute', 'executions:read'],
      created_at: ago(hour * 200),
      expires_at: new Date(Date.now() + hour * 900).toISOString(),
    });
    keys.set('k2', { id: 'k2', name: 'Ops laptop', scopes: ['admin'], created_at: ago(hour * 900) });
  }

  const view = (stored: Stored) => ({
    id: stored.id,
    version: stored.versions.length,
    published_version: stored.published,
    workflow: stored.versions.at(-1)?.file,
    created_at: stored.versions[0]?.at,
    updated_at: stored.versions.at(-1)?.at,
  });
  const summary = ({ execution }: MockRun) => ({
    id: execution.id,
    workflow_id: execution.workflow_id,
    workflow_version: execution.workflow_version,
    workflow_name: execution.workflow_name,
    status: execution.status,
    trigger: execution.trigger.kind,
    created_at: execution.created_at,
    started_at: execution.started_at,
    finished_at: execution.finished_at,
    duration_ms: execution.finished_at ? Date.parse(execution.finished_at) - Date.parse(execution.created_at) : null,
    error_code: execution.error?.code ?? null,
  });
  const listRuns = () => [...runs.values()].map(summary).sort((a, b) => b.created_at.localeCompare(a.created_at));
  const triggersOf = (stored: Stored) =>
    Object.entries(stored.versions.at(-1)?.file.nodes ?? {}).filter(([, node]) =>
      mockBlocks.some((block) => block.type === node.type && block.category === 'trigger'),
    );
  const need = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Refusal(404, 'not_found', 'Nothing has this id.');
    return value;
  };
  const begin = (file: WorkflowFile, input: unknown, stored?: Stored) => {
    const id = nextId();
    const started = startRun(file, input, {
      id,
      workflowId: stored?.id ?? null,
      version: stored?.versions.length ?? null,
      pace: 1,
    });
    runs.set(id, started);
    return started.execution;
  };
  const validate = (file: WorkflowFile) =>
    Object.entries(file.nodes).flatMap(([id, node]) => {
      const block = mockBlocks.find((item) => item.type === node.type);
      if (!block)
        return [{ path: `nodes.${id}.type`, code: 'unknown_block', message: `No block is called ${node.type}.` }];
      const required = (block.config['required'] ?? []) as string[];
      return required
        .filter((field) => node.config?.[field] === undefined || node.config[field] === '')
        .map((field) => ({
          path: `nodes.${id}.config.${field}`,
          code: 'required',
          message: `${block.title} needs ${field}.`,
        }));
    });

  function answer(
    method: string,
    path: string,
    query: URLSearchParams,
    body: Readonly<Record<string, unknown>>,
    request: IncomingMessage,
  ): unknown {
    const [noun = '', id = '', sub = '', part = '', last = ''] = path.split('/').map(decodeURIComponent);
    const route = `${method} ${noun}${id ? '/:' : ''}${sub ? `/${sub}` : ''}${last ? `/${last}` : ''}`;
    if (noun !== 'auth' && !session) throw new Refusal(401, 'unauthenticated', 'Sign in first.');
    switch (route) {
      case 'POST auth/:':
        session = id === 'exchange';
        return {};
      case 'GET auth/:':
        if (!session) throw new Refusal(401, 'unauthenticated', 'Sign in first.');
        return { subject: 'admin', scopes: ['admin'] };
      case 'GET info':
        return { public_url: `http://${request.headers.host}`, examples };
      case 'GET blocks':
        return { items: mockBlocks };
      case 'GET workflows':
        return {
          items: [...workflows.values()].map((stored) => {
            const file = stored.versions.at(-1)?.file;
            const latest = listRuns().find((item) => item.workflow_id === stored.id);
            return {
              ...view(stored),
              workflow: undefined,
              name: file?.name,
              description: file?.description,
              tags: file?.tags ?? [],
              triggers: triggersOf(stored).map(([, node]) => node.type),
              last_execution: latest,
            };
          }),
        };
      case 'POST workflows':
        return view(add(body as unknown as WorkflowFile, null));
      case 'POST workflows/:': {
        const problems = validate(body as unknown as WorkflowFile);
        return { valid: problems.length === 0, problems };
      }
      case 'GET workflows/:':
        return view(need(workflows.get(id)));
      case 'PUT workflows/:': {
        const stored = need(workflows.get(id));
        if (Number(request.headers['if-match']) !== stored.versions.length)
          throw new Refusal(409, 'workflow_version_conflict', 'Another version was saved.');
        stored.versions.push({ file: body as unknown as WorkflowFile, at: new Date().toISOString() });
        return view(stored);
      }
      case 'DELETE workflows/:':
        workflows.delete(id);
        return null;
      case 'GET workflows/:/versions':
        if (part)
          return {
            ...view(need(workflows.get(id))),
            workflow: need(workflows.get(id)).versions[Number(part) - 1]?.file,
          };
        return {
          items: need(workflows.get(id)).versions.map((version, index) => ({
            version: index + 1,
            created_at: version.at,
          })),
        };
      case 'POST workflows/:/versions/publish':
        need(workflows.get(id)).published = Number(part);
        return view(need(workflows.get(id)));
      case 'POST workflows/:/unpublish':
        need(workflows.get(id)).published = null;
        return view(need(workflows.get(id)));
      case 'POST workflows/:/execute':
        return begin(need(workflows.get(id)?.versions.at(-1)).file, body['input'], workflows.get(id));
      case 'POST run':
        return begin(body['workflow'] as WorkflowFile, body['input']);
      case 'GET executions':
        return {
          items: listRuns()
            .filter(
              (item) =>
                (!query.get('workflow_id') || item.workflow_id === query.get('workflow_id')) &&
                (!query.get('status') || item.status === query.get('status')),
            )
            .slice(0, Number(query.get('limit') ?? 50)),
        };
      case 'GET executions/:':
        return need(runs.get(id)).execution;
      case 'GET executions/:/workflow':
        return { workflow: need(runs.get(id)).file };
      case 'GET executions/:/events':
        return {
          items: need(runs.get(id))
            .events.filter((event) => event.version > Number(query.get('cursor') ?? 0))
            .slice(0, Number(query.get('limit') ?? 50)),
        };
      case 'GET executions/:/steps': {
        const found = need(runs.get(id));
        const step = found.execution.steps.find((item) => item.node === part);
        if (step) return step;
        const cells = found.events.filter((event) => (event.data as { node?: string; i?: [] }).node === part);
        if (cells.length === 0) throw new Refusal(404, 'step_not_found', 'This node has no step.');
        return {
          items: cells.map((event) => {
            const { i, data } = event.data as { i: number[]; data: unknown };
            return {
              node: part,
              type: 'std/transform',
              status: 'succeeded',
              attempts: 1,
              iteration: i,
              input: { default: data },
              data,
              port: 'default',
              error: null,
              started_at: event.time,
              finished_at: event.time,
            };
          }),
        };
      }
      case 'POST executions/:/cancel':
        return null;
      case 'POST executions/:/retry': {
        const before = need(runs.get(id));
        return { id: begin(before.file, before.execution.input, workflows.get(before.execution.workflow_id ?? '')).id };
      }
      case 'POST executions/:/decide':
        return need(runs.get(id)).execution;
      case 'POST expressions/:':
        return { value: String(body['expression']).includes('total') ? 1243.5 : 'Ada Lovelace' };
      case 'GET triggers':
        return {
          items: [...workflows.values()]
            .filter((stored) => stored.published !== null)
            .flatMap((stored) =>
              triggersOf(stored).map(([node, { type, config }]) => ({
                id: `${stored.id}_${node}`,
                workflow_id: stored.id,
                node,
                type,
                config,
                enabled: !paused.has(`${stored.id}_${node}`),
                ...(type === 'std/webhook'
                  ? { url: `http://${request.headers.host}/api/v1/webhooks/${config?.['path']}` }
                  : { next_at: new Date(Date.now() + hour * 5).toISOString() }),
                last_fired_at: ago(hour / 3),
              })),
            ),
        };
      case 'PUT triggers/:':
        if (body['enabled']) paused.delete(id);
        else paused.add(id);
        return {};
      case 'GET secrets':
        return { items: [...secrets].map(([name, at]) => ({ name, created_at: at, updated_at: at })) };
      case 'POST secrets':
        secrets.set(String(body['name']), new Date().toISOString());
        return {};
      case 'DELETE secrets/:':
        secrets.delete(id);
        return null;
      case 'GET api-keys':
        return { items: [...keys.values()] };
      case 'POST api-keys': {
        const key = {
          id: `k${keys.size + 1}`,
          name: String(body['name']),
          scopes: body['scopes'] as string[],
          created_at: new Date().toISOString(),
        };
        keys.set(key.id, key);
        return { ...key, key: 'cnv_live_4Zk8mR2vXq7TnB1sLw9Yp3Dh' };
      }
      case 'DELETE api-keys/:':
        keys.delete(id);
        return null;
      default:
        throw new Refusal(404, 'not_found', `The mock has no ${route}.`);
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://mock');
    if (!url.pathname.startsWith('/api/v1/')) {
      await serveFile(url.pathname, response);
      return;
    }
    const path = url.pathname.slice('/api/v1/'.length);
    if (request.headers.accept === 'text/event-stream') {
      streamRun(runs.get(path.split('/')[1] ?? ''), response);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const send = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    try {
      send(200, {
        data:
          answer(request.method ?? 'GET', path, url.searchParams, text === '' ? {} : JSON.parse(text), request) ?? null,
        metadata: {},
      });
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'internal', String(error));
      send(refusal.status, {
        error: { code: refusal.code, message: refusal.message },
        metadata: { request_id: 'mock' },
      });
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
