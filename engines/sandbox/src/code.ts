import type { ErrorDetail, JsonValue } from '@conv3n/platform';

/** What a piece of code may use, as the workflow file declares it. */
export interface CodeManifest {
  /** Hosts the code may reach, `name` or `name:port`. Without them there is no network. */
  readonly hosts?: readonly string[];
  /** Names of secrets the code may read with `await ctx.secrets.get(name)`. */
  readonly secrets?: readonly string[];
  /** npm packages the code imports. */
  readonly packages?: Readonly<Record<string, string>> | readonly string[];
  /** Folders and files the code opens. */
  readonly files?: readonly unknown[];
}

/** A checked absolute path the code may open. */
export interface FileGrant {
  readonly path: string;
  readonly access: 'read' | 'write';
}

/** What the caller resolved for a manifest with `packages` or `files`. */
export interface CodeGrants {
  /** Absolute folder that holds `node_modules` with the declared packages; readable by the code. */
  readonly packagesDirectory?: string;
  /** Real paths, already checked against the files root. */
  readonly files?: readonly FileGrant[];
}

/** One run of user code. */
export interface CodeRequest {
  /** A module with `export default (input, ctx) => output`. */
  readonly code: string;
  /** @default 'javascript' */
  readonly language?: 'javascript' | 'typescript';
  readonly input: unknown;
  /** The roots of expressions without `$`: node, trigger, vars, env, execution, workflow, item, index. */
  readonly ctx: Readonly<Record<string, unknown>>;
  readonly manifest?: CodeManifest | undefined;
  readonly grants?: CodeGrants | undefined;
  /** Names the workflow version; nothing that ran for one version ever serves another. */
  readonly workflowVersionKey: string;
  /** From the moment the code begins. @default 30 s */
  readonly timeoutMs?: number | undefined;
  /** @default 64 MiB */
  readonly memoryBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A line written with `console`. */
export interface CodeLog {
  readonly level: 'log' | 'info' | 'warn' | 'error' | 'debug';
  readonly message: string;
}

/** How a run of user code ended. Positions in `error.details` are lines of the user's code. */
export type CodeResult = CodeOutcome & {
  readonly logs: readonly CodeLog[];
  /** Lines beyond the limit of 200 lines or 64 Ki characters. */
  readonly logsDropped: number;
};

/** Data or error of a run. */
export type CodeOutcome =
  | { readonly kind: 'succeeded'; readonly data: JsonValue }
  | { readonly kind: 'failed'; readonly error: ErrorDetail };

/** Port: one HTTP request of user code. The adapter resolves, checks and dials, and follows redirects only to `hosts`. */
export type EgressFetch = (request: {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
  readonly hosts: readonly string[];
  readonly maxBytes: number;
}) => Promise<{
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}>;

/** Port: the value of a declared secret, or undefined when none is stored. */
export type SecretResolver = (name: string, workflowVersionKey: string) => Promise<string | undefined>;
