import type { JsonObject, JsonSchema, SchemaCompiler, Violation } from '@conv3n/platform';
import { nextFiring } from './schedule.ts';
import { triggerManifests } from './trigger-manifests.ts';
import type { TriggerType } from './trigger-record.ts';

/** The name in `$secrets.<name>` or `{{ $secrets.<name> }}`; undefined for anything else. */
export function secretName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return /^\s*(?:\{\{\s*)?\$secrets\.([A-Za-z_][A-Za-z0-9_]*)\s*(?:\}\})?\s*$/.exec(value)?.[1];
}

/** What cannot work in a trigger's config: by the block's schema, then by what only this plugin knows. */
export function configViolations(
  type: TriggerType,
  config: JsonObject,
  compileSchema: SchemaCompiler,
): readonly Violation[] {
  const schema = triggerManifests.find((manifest) => manifest.type === type)?.config as JsonSchema;
  const violations = compileSchema(schema)(config);
  if (violations.length > 0) return violations;
  return type === 'std/webhook' ? webhookViolations(config, compileSchema) : scheduleViolations(type, config);
}

function webhookViolations(config: JsonObject, compileSchema: SchemaCompiler): readonly Violation[] {
  const violations: Violation[] = [];
  if (config['secret'] !== undefined && secretName(config['secret']) === undefined) {
    const message = 'secret must name a stored secret: {{ $secrets.<name> }}. A text in the file would be no secret.';
    violations.push({ path: 'secret', code: 'secret_reference_required', message });
  }
  try {
    if (config['schema'] !== undefined) compileSchema(config['schema'] as JsonSchema)(null);
  } catch (error) {
    const message = `schema is no JSON Schema that can be applied: ${messageOf(error)}`;
    violations.push({ path: 'schema', code: 'schema_invalid', message });
  }
  const names: readonly string[] = String(config['path']).match(/:[^/]+/g) ?? [];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) violations.push({ path: 'path', code: 'parameter_twice', message: `${twice} stands in the path twice.` });
  return violations;
}

function scheduleViolations(type: TriggerType, config: JsonObject): readonly Violation[] {
  try {
    nextFiring({ type, config, lastFiredAt: null, createdAt: 0 }, 0);
    return [];
  } catch (error) {
    const path = type === 'std/interval' ? 'every' : 'schedule';
    return [{ path, code: 'schedule_invalid', message: messageOf(error) }];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
