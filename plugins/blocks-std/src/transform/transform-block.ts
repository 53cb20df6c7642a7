import type { CallContext, JsonObject, JsonValue } from '@conv3n/platform';
import { Type } from '@conv3n/platform';
import type { Sandbox } from '@conv3n/sandbox';
import { type Block, type BlockCall, type BlockManifest, type BlockResult, defineBlock } from '@conv3n/workflow';
import { blocksStdErrors } from '../errors.ts';
import { closed, field } from '../field.ts';
import { succeeded } from '../result.ts';
import { type ConvertType, convert, convertTypes } from './convert.ts';
import { queryJsonPath } from './jsonpath.ts';
import { eachObject, mapList, pick, rename, setOver } from './operations.ts';

/** Config after its expressions were evaluated; operations run in the order their keys stand. */
export interface TransformConfig {
  readonly set?: JsonObject;
  readonly keep?: boolean;
  readonly pick?: readonly string[];
  readonly rename?: Readonly<Record<string, string>>;
  /** The executor hands the template as a function. */
  readonly map?: (item: JsonValue, index: number) => unknown;
  readonly jsonata?: string;
  readonly jsonpath?: string;
  readonly convert?: Readonly<Record<string, ConvertType>>;
}

const jsonataTimeoutMs = 10_000;
const jsonataMaxBytes = 10 * 1024 * 1024;

const config = Type.Object(
  {
    set: Type.Optional(
      Type.Object(
        {},
        {
          ...field('Set', 'The result has exactly these keys.', { widget: 'keyvalue' }),
          additionalProperties: true,
        },
      ),
    ),
    keep: Type.Optional(
      Type.Boolean(
        field('Keep', 'Lets Set add to the fields that are there instead of replacing them.', { advanced: true }),
      ),
    ),
    pick: Type.Optional(
      Type.Array(
        Type.String(),
        field('Pick', 'Keeps only these fields of the object, or of each object of the list.', {
          widget: 'json',
          placeholder: '["id", "name"]',
        }),
      ),
    ),
    rename: Type.Optional(
      Type.Object(
        {},
        {
          ...field('Rename', 'New field names by old ones.', { widget: 'keyvalue' }),
          additionalProperties: Type.String(),
        },
      ),
    ),
    map: Type.Optional(
      Type.Unknown(
        field('Map', 'A template that makes each element of a list anew, over $item and $index.', {
          mode: 'each',
          widget: 'json',
        }),
      ),
    ),
    jsonata: Type.Optional(
      Type.String(
        field('JSONata', 'A JSONata expression over the value.', {
          mode: 'raw',
          widget: 'code',
          language: 'jsonata',
          advanced: true,
        }),
      ),
    ),
    jsonpath: Type.Optional(
      Type.String(
        field('JSONPath', 'An RFC 9535 query; the result is always a list.', {
          mode: 'raw',
          widget: 'text',
          placeholder: '$.orders[?@.total > 100].id',
          advanced: true,
        }),
      ),
    ),
    convert: Type.Optional(
      Type.Object(
        {},
        {
          ...field('Convert', 'Types by field name: number, integer, boolean, string, date or json.', {
            widget: 'keyvalue',
            advanced: true,
          }),
          additionalProperties: Type.Enum([...convertTypes]),
        },
      ),
    ),
  },
  { ...closed, minProperties: 1 },
);

/** Manifest of `std/transform`. */
export const transformManifest: BlockManifest = {
  type: 'std/transform',
  title: 'Transform',
  description:
    'Shapes data: sets, picks, renames, maps, queries and converts fields, each operation on the result of the one before.',
  category: 'data',
  icon: 'shapes',
  config,
  ports: { fixed: ['default'] },
  effect: { otherwise: 'pure' },
  example: { set: { total: '{{ $trigger.body.price * $trigger.body.qty }}' } },
};

function apply(operation: string, value: JsonValue | undefined, config: TransformConfig): JsonValue | undefined {
  switch (operation) {
    case 'set':
      return config.keep ? setOver(value, config.set as JsonObject) : (config.set as JsonObject);
    case 'pick':
      return eachObject(operation, value, (object) => pick(object, config.pick as readonly string[]));
    case 'rename':
      return eachObject(operation, value, (object) => rename(object, config.rename as Record<string, string>));
    case 'map':
      if (typeof config.map !== 'function') {
        throw blocksStdErrors.error(
          'block_config_invalid',
          '"map" needs its template as a function. Run this block in the executor, not on an agent.',
        );
      }
      return mapList(value, config.map);
    case 'jsonpath':
      return queryJsonPath(config.jsonpath as string, value) as JsonValue;
    case 'convert':
      return eachObject(operation, value, (object) => convert(object, config.convert as Record<string, ConvertType>));
    default:
      return value;
  }
}

/** A seed from text (FNV-1a, 32 bits). */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** `std/transform`: pure, and synchronous unless `jsonata` is used. */
export function transformBlock(sandbox: Pick<Sandbox, 'evaluateJsonata'>): Block<TransformConfig> {
  const runWithJsonata = async (
    { config, input, step, startedAt }: BlockCall<TransformConfig>,
    { signal }: CallContext,
  ): Promise<BlockResult> => {
    let value = input['default'];
    for (const operation of Object.keys(config)) {
      if (operation !== 'jsonata') {
        value = apply(operation, value, config);
        continue;
      }
      const answer = await sandbox.evaluateJsonata({
        expression: config.jsonata as string,
        input: value ?? null,
        // What the expression sees of time and chance is the same in a replay.
        recorded: { nowMs: startedAt, seed: seedOf(step.idempotencyKey) },
        timeoutMs: jsonataTimeoutMs,
        maxBytes: jsonataMaxBytes,
        signal,
      });
      if (answer.kind === 'failed') return answer;
      value = answer.data;
    }
    return succeeded(value ?? null);
  };

  return defineBlock<TransformConfig>({
    manifest: transformManifest,
    run(call, context) {
      const { config, input } = call;
      if (config.jsonata !== undefined) return runWithJsonata(call, context);
      let value = input['default'];
      for (const operation in config) value = apply(operation, value, config);
      return { kind: 'succeeded', data: value ?? null };
    },
  });
}
