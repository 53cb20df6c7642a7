import { request as httpRequest } from 'node:http';
import { createHttpServer, type HttpServerOptions } from '@conv3n/http-server';
import {
  type Authentication,
  type Credentials,
  compileSchema,
  createOperationRegistry,
  createPipeline,
  type Operation,
  type OperationHandler,
  type PipelineOptions,
  registerOperation,
} from '@conv3n/nexus';
import { testPlatform } from '@conv3n/platform/testing';
import { createRuntime, memoryStorage, type PluginContext } from '@conv3n/runtime';
import { createNexusHttp, type NexusHttpOptions } from '../src/nexus-http.ts';

const callers: Readonly<Record<string, Authentication>> = {
  'Bearer admin': { subject: 'key:admin', scopes: ['admin'], via: 'bearer' },
  'Bearer nobody': { subject: 'key:nobody', scopes: [], via: 'bearer' },
  'conv3n_session=browser': { subject: 'user:local', scopes: ['admin'], via: 'cookie' },
};

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** The parsed body; undefined when it is not JSON. */
  readonly json: {
    readonly data?: never;
    readonly error?: {
      readonly code: string;
      readonly violations?: readonly { readonly path: string; readonly message: string }[];
    };
    readonly metadata?: Readonly<Record<string, unknown>>;
  };
}

export interface Request {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A schema with whatever keywords a test needs. */
export const schema = (keywords: object) => keywords as Operation['input'];

/** A real server over a real runtime; time is manual. */
export async function openHouse(
  options: {
    readonly pipeline?: Partial<PipelineOptions>;
    readonly nexus?: Partial<NexusHttpOptions>;
    readonly server?: HttpServerOptions;
  } = {},
) {
  const platform = testPlatform();
  const runtime = createRuntime({ platform, storage: memoryStorage({ clock: platform.clock }), compileSchema });
  runtime.services.register<Credentials, Authentication | null>(
    { name: 'identity.authenticate' },
    ({ authorization, apiKey, cookie }) => {
      return callers[authorization ?? (apiKey === undefined ? cookie : `Bearer ${apiKey}`) ?? ''] ?? null;
    },
  );
  const registry = createOperationRegistry({ services: runtime.services, log: platform.log });
  const pipeline = createPipeline({
    services: runtime.services,
    platform,
    serverVersion: '1.2.3',
    ...options.pipeline,
  });
  const server = createHttpServer({ port: 0, ...options.server });
  const nexus = createNexusHttp({
    registry,
    pipeline,
    draining: server.draining,
    bodyLimit: server.options.bodyLimit,
    ...options.nexus,
  });
  server.mount(nexus);
  const { port } = await server.listen();
  return {
    platform,
    runtime,
    registry,
    pipeline,
    server,
    port,
    /** Registers an operation with defaults; the answer unregisters it. */
    add<Input = Record<string, unknown>>(
      declared: Pick<Operation, 'id' | 'http'> & Partial<Operation>,
      handler: OperationHandler<Input> = (input) => input,
    ): () => void {
      const disposers: (() => void)[] = [];
      const services = {
        ...runtime.services,
        register: (...parameters: Parameters<typeof runtime.services.register>) => {
          const dispose = runtime.services.register(...parameters);
          disposers.push(dispose);
          return dispose;
        },
      };
      registerOperation(
        { services } as unknown as PluginContext,
        {
          summary: declared.id,
          tag: 'Test',
          input: { type: 'object' },
          output: {},
          permission: 'public',
          idempotency: 'safe',
          ...declared,
        },
        handler,
      );
      return () => {
        for (const dispose of disposers) dispose();
      };
    },
    send: (request: Request) => send(port, request),
    async close() {
      await server.close();
      nexus.close();
      registry.close();
    },
  };
}

function send(port: number, { method = 'GET', path, headers = {}, body }: Request): Promise<Answer> {
  const typed =
    body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { port, host: '127.0.0.1', method, path, headers: { ...typed, ...headers }, agent: false },
      (message) => {
        let text = '';
        message.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        message.on('error', reject);
        message.on('end', () => {
          const isJson = (message.headers['content-type'] ?? '').includes('json');
          const fields = Object.fromEntries(
            Object.entries(message.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
          );
          resolve({
            status: message.statusCode ?? 0,
            headers: fields,
            text,
            json: isJson && text !== '' ? JSON.parse(text) : {},
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
