import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHttpServer, type HttpServer } from '@conv3n/http-server';
import {
  compileSchema,
  createOperationRegistry,
  createPipeline,
  type Operation,
  registerOperation,
  reply,
} from '@conv3n/nexus';
import { createNexusHttp } from '@conv3n/nexus-http';
import { isRecord, type JsonSchema, type JsonValue } from '@conv3n/platform';
import { testPlatform } from '@conv3n/platform/testing';
import { createRuntime, memoryStorage, type PluginContext } from '@conv3n/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../src/client.gen.ts';

/** Every operation of the contract over a real server: what a handler receives is what was given to the client. */
const contract: { readonly operations: readonly Operation[] } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../contract/operations.json'), 'utf8'),
);
const operations = contract.operations.filter(({ http }) => http.method !== '*');

let server: HttpServer;
let client: Client;

beforeAll(async () => {
  const platform = testPlatform();
  const runtime = createRuntime({ platform, storage: memoryStorage({ clock: platform.clock }), compileSchema });
  runtime.services.register({ name: 'identity.authenticate' }, () => ({
    subject: 'key:1',
    scopes: ['admin'],
    via: 'bearer',
  }));
  for (const operation of operations) {
    registerOperation(runtime as unknown as PluginContext, operation, (input) => {
      const received = input as JsonValue;
      const streams = operation.http.accept !== undefined || (isRecord(input) && input['mode'] === 'stream');
      if (!streams) return { received };
      return reply({
        stream: (async function* () {
          yield { event: 'received', data: received };
        })(),
      });
    });
  }
  const registry = createOperationRegistry({ services: runtime.services, log: platform.log });
  expect(registry.problems()).toEqual([]);
  const pipeline = createPipeline({ services: runtime.services, platform, serverVersion: '1.0.0' });
  server = createHttpServer({ port: 0 });
  server.mount(createNexusHttp({ registry, pipeline, draining: server.draining, bodyLimit: server.options.bodyLimit }));
  const { url } = await server.listen();
  client = createClient({ baseUrl: url, apiKey: 'k' });
});
afterAll(() => server.close());

const ended = { event: 'end', data: {} };
const texts = ['a b/ü?', 'name_1', '3.0', new Date(0).toISOString()];

/** A value that satisfies a schema of the contract, every optional field included. */
function sample(schema: JsonSchema): unknown {
  if ('const' in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  const branch = schema.anyOf?.[0];
  if (branch) return sample(branch);
  if (schema.type === 'object')
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, child]) => [name, sample(child)]));
  if (schema.type === 'array') return [sample((schema.items as JsonSchema | undefined) ?? {})];
  if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 7;
  if (schema.type === 'boolean') return true;
  if (schema.type === 'string') return texts.find((text) => compileSchema(schema)(text).length === 0);
  return { any: ['thing', 1] };
}

function methodOf(id: string): (input: object) => Promise<unknown> & AsyncIterable<{ readonly data: unknown }> {
  const camel = (name: string) => name.replaceAll(/_(.)/g, (_all, letter: string) => letter.toUpperCase());
  const [noun = '', verb = ''] = id.split('.');
  const group = (client as unknown as Record<string, Record<string, never>>)[camel(noun)];
  return (group as never)[camel(verb)];
}

function sampleInput({ input, http }: Operation): Record<string, unknown> {
  const fields = sample(input) as Record<string, unknown>;
  for (const [field, header] of Object.entries(http.headers ?? {})) {
    if (header.toLowerCase() === 'cookie') delete fields[field];
    else fields[field] = 'value-1';
  }
  return fields;
}

describe('the client over a real server', () => {
  it.each(operations.map((operation) => [operation.id, operation] as const))(
    '%s carries every field',
    async (id, operation) => {
      const input = sampleInput(operation);
      if (operation.http.accept) {
        const events = await Array.fromAsync(methodOf(id)(input));
        expect(events).toEqual([{ event: 'received', data: input }, ended]);
      } else {
        expect(await methodOf(id)(input)).toEqual({ received: input });
      }
    },
  );

  it('streams what can be streamed', async () => {
    const input = { workflow: { name: 'a' }, wait_ms: 5 };
    const events = await Array.fromAsync(client.workflows.runStream(input));
    expect(events).toEqual([{ event: 'received', data: { ...input, mode: 'stream' } }, ended]);
  });

  it('gets every violation of an input', async () => {
    const error = await client.apiKeys.create({ name: '', scopes: [] }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'validation_failed', status: 400, requestId: expect.any(String) });
    expect((error as { violations: { path: string }[] }).violations.map(({ path }) => path)).toEqual([
      'name',
      'scopes',
    ]);
  });
});
