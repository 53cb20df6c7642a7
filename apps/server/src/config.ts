import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRecord, type Violation } from '@conv3n/platform';
import { serverErrors } from './errors.ts';
import { type Config, type Setting, settings } from './settings.ts';

export interface ConfigSources {
  /** Command line flags by flag name. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Folder that holds `conv3n.yaml` or `conv3n.toml` and against which paths are resolved. */
  readonly cwd?: string;
  /** A configuration file named explicitly; it must exist. */
  readonly file?: string;
}

/** Resolves the configuration: defaults < file < environment < flags. @throws Conv3nError `config_invalid`, `config_unreadable` */
export async function resolveConfig(sources: ConfigSources = {}): Promise<Config> {
  const cwd = sources.cwd ?? process.cwd();
  const env = sources.env ?? process.env;
  const fromFile = await readConfigFile(cwd, sources.file ?? env.CONV3N_CONFIG);
  const violations: Violation[] = [];
  const byKey = new Map<string, string>(Object.entries(settings).map(([name, setting]) => [setting.key, name]));
  for (const key of Object.keys(fromFile?.values ?? {})) {
    if (byKey.has(key)) continue;
    violations.push({
      path: `${fromFile?.name}: ${key}`,
      code: 'unknown_setting',
      message: `There is no setting "${key}". Settings are: ${[...byKey.keys()].join(', ')}.`,
    });
  }
  const resolved: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings) as [string, Setting<unknown>][]) {
    const found = lookUp(setting, sources.flags ?? {}, env, fromFile);
    if (!found) {
      resolved[name] = setting.default;
      continue;
    }
    const parsed = setting.parse(found.value);
    if ('problem' in parsed) {
      const shown = setting.secret ? '' : ` (it is ${JSON.stringify(found.value)})`;
      violations.push({
        path: found.path,
        code: 'invalid_setting',
        message: `${found.path}: ${parsed.problem}${shown}.`,
      });
    } else {
      resolved[name] = parsed.value;
    }
  }
  if (violations.length > 0) {
    throw serverErrors.error(
      'config_invalid',
      `The configuration has ${violations.length} problem(s).\n${violations.map((item) => `  ${item.message}`).join('\n')}`,
      { violations },
    );
  }
  const config = resolved as unknown as Config;
  const dataDir = resolve(cwd, config.dataDir);
  const filesDir = resolve(cwd, config.filesDir);
  const inside = (inner: string, outer: string) => `${inner}/`.startsWith(`${outer}/`);
  if (inside(filesDir, dataDir) || inside(dataDir, filesDir)) {
    throw serverErrors.error(
      'config_invalid',
      `The files directory (${filesDir}) must not be inside or above the data directory (${dataDir}). Set CONV3N_FILES_DIR or CONV3N_DATA_DIR to a folder of its own.`,
    );
  }
  return Object.freeze({ ...config, dataDir, filesDir });
}

interface ConfigFile {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

function lookUp(
  setting: Setting<unknown>,
  flags: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
  file: ConfigFile | undefined,
): { readonly value: unknown; readonly path: string } | undefined {
  if (setting.flag !== undefined && flags[setting.flag] !== undefined) {
    return { value: flags[setting.flag], path: `--${setting.flag}` };
  }
  if (env[setting.env] !== undefined && env[setting.env] !== '') return { value: env[setting.env], path: setting.env };
  if (file && setting.key in file.values)
    return { value: file.values[setting.key], path: `${file.name}: ${setting.key}` };
  return undefined;
}

async function readConfigFile(cwd: string, named: string | undefined): Promise<ConfigFile | undefined> {
  const candidates = named === undefined ? ['conv3n.yaml', 'conv3n.yml', 'conv3n.toml'] : [named];
  const name = candidates.find((candidate) => existsSync(resolve(cwd, candidate)));
  if (name === undefined) {
    if (named === undefined) return undefined;
    throw serverErrors.error('config_unreadable', `There is no configuration file ${join(cwd, named)}.`);
  }
  try {
    const text = readFileSync(resolve(cwd, name), 'utf8');
    const values: unknown = name.endsWith('.toml')
      ? (await import('smol-toml')).parse(text)
      : ((await import('yaml')).parse(text) ?? {});
    if (!isRecord(values)) throw new TypeError('the top level must be a map of settings');
    return { name, values };
  } catch (error) {
    throw serverErrors.error(
      'config_unreadable',
      `${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
