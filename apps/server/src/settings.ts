import { durationToMs } from '@conv3n/platform';

/** What one setting accepts; `parse` answers the value, or a sentence that says what to write instead. */
export interface Setting<Value> {
  /** Name in `conv3n.yaml` or `.toml`. */
  readonly key: string;
  /** Environment variable. */
  readonly env: string;
  /** Command line flag of `conv3n start`, without dashes. */
  readonly flag?: string;
  readonly default: Value;
  readonly description: string;
  readonly parse: (value: unknown) => { readonly value: Value } | { readonly problem: string };
  /** Shown as set, never as value. */
  readonly secret?: boolean;
}

type Parse<Value> = Setting<Value>['parse'];

const text: Parse<string> = (value) =>
  typeof value === 'string' && value !== '' ? { value } : { problem: 'write a text' };

const optionalText: Parse<string | undefined> = (value) =>
  value === undefined || value === ''
    ? { value: undefined }
    : typeof value === 'string'
      ? { value }
      : { problem: 'write a text' };

function integer(minimum: number, maximum: number): Parse<number> {
  return (value) => {
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value;
    return typeof number === 'number' && Number.isInteger(number) && number >= minimum && number <= maximum
      ? { value: number }
      : { problem: `write a whole number from ${minimum} to ${maximum}` };
  };
}

function oneOf<const Choices extends readonly string[]>(...choices: Choices): Parse<Choices[number]> {
  return (value) =>
    choices.includes(value as string)
      ? { value: value as Choices[number] }
      : { problem: `write one of ${choices.join(', ')}` };
}

const list: Parse<readonly string[]> = (value) => {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return { value };
  if (typeof value === 'string')
    return {
      value: value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    };
  return { problem: 'write a list of texts, or one text with commas' };
};

/** A duration; resolved to milliseconds. */
const duration: Parse<number> = (value) => {
  const ms = typeof value === 'string' ? durationToMs(value) : undefined;
  return ms === undefined ? { problem: 'write a duration such as 30s, 5m or 30d' } : { value: ms };
};

const url: Parse<string | undefined> = (value) => {
  if (value === undefined || value === '') return { value: undefined };
  if (typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value))
    return { value: value.replace(/\/+$/, '') };
  return { problem: 'write a URL such as https://flows.example.org' };
};

/** The parser alone decides the type, so that a default cannot widen it. */
function setting<Value>(value: Omit<Setting<Value>, 'default'> & { readonly default: NoInfer<Value> }): Setting<Value> {
  return value;
}

/** Every setting of the server, in the order the reference shows them. Defaults are those of the contracts, section 5. */
export const settings = {
  host: setting({
    key: 'host',
    env: 'CONV3N_HOST',
    flag: 'host',
    default: '127.0.0.1',
    parse: text,
    description: 'Address to listen on. Beyond loopback an admin API key must exist.',
  }),
  port: setting({
    key: 'port',
    env: 'CONV3N_PORT',
    flag: 'port',
    default: 3000,
    parse: integer(0, 65_535),
    description: 'Port to listen on; 0 picks a free one.',
  }),
  publicUrl: setting({
    key: 'public_url',
    env: 'CONV3N_PUBLIC_URL',
    flag: 'public-url',
    default: undefined,
    parse: url,
    description: 'Base of the URLs that are printed and shown; its host is accepted in requests.',
  }),
  allowedHosts: setting({
    key: 'allowed_hosts',
    env: 'CONV3N_ALLOWED_HOSTS',
    default: [],
    parse: list,
    description: 'Further Host names to answer; others get 421.',
  }),
  dataDir: setting({
    key: 'data_dir',
    env: 'CONV3N_DATA_DIR',
    flag: 'data-dir',
    default: './data',
    parse: text,
    description: 'Database, blobs, packages and keys.',
  }),
  filesDir: setting({
    key: 'files_dir',
    env: 'CONV3N_FILES_DIR',
    flag: 'files-dir',
    default: './files',
    parse: text,
    description: 'Root of file and database blocks; never inside or above the data directory.',
  }),
  flush: setting({
    key: 'flush',
    env: 'CONV3N_FLUSH',
    default: 'full',
    parse: oneOf('full', 'relaxed'),
    description:
      'full: an answer leaves after its commit reached the disk. relaxed: faster, a power loss may take the last moments.',
  }),
  maxRunning: setting({
    key: 'max_running',
    env: 'CONV3N_MAX_RUNNING',
    default: 1_000,
    parse: integer(1, 100_000),
    description: 'Executions that run at once.',
  }),
  maxQueued: setting({
    key: 'max_queued',
    env: 'CONV3N_MAX_QUEUED',
    default: 10_000,
    parse: integer(0, 1_000_000),
    description: 'Executions that wait to run; beyond it requests get 429 and webhooks 503.',
  }),
  egressAllow: setting({
    key: 'egress_allow',
    env: 'CONV3N_EGRESS_ALLOW',
    default: [],
    parse: list,
    description: 'Private addresses that blocks and code may reach: CIDR or host, optional :port.',
  }),
  envAllow: setting({
    key: 'env_allow',
    env: 'CONV3N_ENV_ALLOW',
    default: [],
    parse: list,
    description: 'Environment variables that expressions may read as $env.NAME.',
  }),
  retentionAge: setting({
    key: 'retention_age',
    env: 'CONV3N_RETENTION_AGE',
    default: 30 * 86_400_000,
    parse: duration,
    description: 'Ended executions are deleted after this time.',
  }),
  retentionCount: setting({
    key: 'retention_count',
    env: 'CONV3N_RETENTION_COUNT',
    default: 1_000_000,
    parse: integer(0, 1_000_000_000),
    description: 'At most this many ended executions are kept.',
  }),
  drainGrace: setting({
    key: 'drain_grace',
    env: 'CONV3N_DRAIN_GRACE',
    default: 10_000,
    parse: duration,
    description: 'Time that running steps get to finish at shutdown; the rest resumes at the next start.',
  }),
  bodyLimit: setting({
    key: 'body_limit',
    env: 'CONV3N_BODY_LIMIT',
    default: 2_097_152,
    parse: integer(1_024, 1_073_741_824),
    description: 'Largest request body in bytes.',
  }),
  rateLimit: setting({
    key: 'rate_limit',
    env: 'CONV3N_RATE_LIMIT',
    default: 0,
    parse: integer(0, 1_000_000_000),
    description: 'API requests per minute and caller; 0 means no limit.',
  }),
  logLevel: setting({
    key: 'log_level',
    env: 'CONV3N_LOG_LEVEL',
    flag: 'log-level',
    default: 'info',
    parse: oneOf('debug', 'info', 'warn', 'error'),
    description: 'Least level that is logged.',
  }),
  secretsKey: setting({
    key: 'secrets_key',
    env: 'CONV3N_SECRETS_KEY',
    default: undefined,
    parse: optionalText,
    secret: true,
    description: '32 bytes in hex or base64 that seal secrets, instead of the key file.',
  }),
  secretsKeyFile: setting({
    key: 'secrets_key_file',
    env: 'CONV3N_SECRETS_KEY_FILE',
    default: undefined,
    parse: optionalText,
    description: 'File with that key, instead of <data>/secrets.key.',
  }),
  bootstrapKey: setting({
    key: 'bootstrap_api_key',
    env: 'CONV3N_BOOTSTRAP_API_KEY',
    default: undefined,
    parse: optionalText,
    secret: true,
    description: 'Adopted as an admin API key at first start.',
  }),
} as const;

type Settings = typeof settings;

/** The resolved configuration: every setting has a value; times in milliseconds, sizes in bytes. */
export type Config = {
  readonly [Name in keyof Settings]: Extract<ReturnType<Settings[Name]['parse']>, { value: unknown }>['value'];
};
