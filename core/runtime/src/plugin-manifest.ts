import { isRecord, type Violation } from '@conv3n/platform';
import { parseCapability } from './capability.ts';
import { runtimeErrors } from './errors.ts';
import type { PluginManifest } from './plugin.ts';

const idPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const versionPattern = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
const longestId = 64;

const isId = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= longestId && idPattern.test(value);

function idListViolations(path: string, value: unknown, own: unknown): readonly Violation[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [{ path, code: 'type', message: 'Must be a list of plugin ids.' }];
  return value.flatMap((id, index) => {
    if (!isId(id)) return [{ path: `${path}.${index}`, code: 'id', message: 'Must be a plugin id in kebab-case.' }];
    return id === own ? [{ path: `${path}.${index}`, code: 'self', message: 'A plugin cannot require itself.' }] : [];
  });
}

function violationsOf(manifest: unknown): readonly Violation[] {
  if (!isRecord(manifest)) return [{ path: '', code: 'type', message: 'Must be an object.' }];
  const { id, version, description, requires, optional, capabilities, config, restart } = manifest;
  const found: Violation[] = [];
  const demand = (holds: boolean, path: string, code: string, message: string): void => {
    if (!holds) found.push({ path, code, message });
  };
  demand(isId(id), 'id', 'id', `Must be kebab-case, at most ${longestId} characters.`);
  demand(
    typeof version === 'string' && versionPattern.test(version),
    'version',
    'version',
    'Must be a version like 1.2.3.',
  );
  demand(
    typeof description === 'string' && description !== '',
    'description',
    'required',
    'Must say what the plugin does.',
  );
  demand(config === undefined || isRecord(config), 'config', 'type', 'Must be a JSON Schema.');
  demand(
    restart === undefined || restart === 'never' || restart === 'on-failure',
    'restart',
    'enum',
    'Must be "never" or "on-failure".',
  );
  found.push(...idListViolations('requires', requires, id), ...idListViolations('optional', optional, id));
  if (!Array.isArray(capabilities)) {
    found.push({ path: 'capabilities', code: 'required', message: 'Must be a list, empty when none are needed.' });
    return found;
  }
  for (const [index, capability] of capabilities.entries()) {
    const valid = typeof capability === 'string' && parseCapability(capability) !== undefined;
    demand(valid, `capabilities.${index}`, 'capability', 'Must be like "svc:call:devices.*".');
  }
  return found;
}

/** Checks a manifest before any code of its plugin runs. @throws Conv3nError `invalid_manifest` */
export function checkManifest(manifest: PluginManifest): void {
  const violations = violationsOf(manifest);
  if (violations.length === 0) return;
  const first = violations[0] as Violation;
  const id = isRecord(manifest) ? String(manifest.id) : 'unknown';
  throw runtimeErrors.error(
    'invalid_manifest',
    `The manifest of plugin "${id}" is not valid: ${first.path || 'manifest'}: ${first.message}`,
    { violations },
  );
}
