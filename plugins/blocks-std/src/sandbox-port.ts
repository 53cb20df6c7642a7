import type { ErrorDetail, JsonObject, JsonValue } from '@conv3n/platform';

/** How a call into the sandbox ended; user mistakes are answers, not exceptions. */
export type SandboxAnswer<Success> =
  | ({ readonly kind: 'succeeded' } & Success)
  | { readonly kind: 'failed'; readonly error: ErrorDetail };

/** Port: JSONata where it can be killed. */
export interface JsonataRunner {
  evaluateJsonata(request: {
    readonly expression: string;
    readonly input: unknown;
    readonly timeoutMs?: number;
    readonly maxBytes?: number;
    readonly signal?: AbortSignal;
  }): Promise<SandboxAnswer<{ readonly data: JsonValue }>>;
}

/** Port: one SQL statement on a SQLite file, behind an authorizer and where it can be killed. */
export interface SqlRunner {
  runSql(request: {
    /** Absolute path. */
    readonly file: string;
    readonly readOnly: boolean;
    readonly sql: string;
    readonly params?: readonly unknown[] | Readonly<Record<string, unknown>>;
    readonly maxRows?: number;
    readonly maxBytes?: number;
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
  }): Promise<SandboxAnswer<{ readonly rows: readonly JsonObject[]; readonly changes: number }>>;
}

/** A path that custom code may open. */
export interface GrantedFile {
  readonly path: string;
  readonly access: 'read' | 'write';
}

/** Port: user code in its own process. */
export interface CodeRunner {
  runCode(request: {
    readonly code: string;
    readonly language?: 'javascript' | 'typescript';
    readonly input: unknown;
    readonly ctx: Readonly<Record<string, unknown>>;
    readonly manifest?: {
      readonly hosts?: readonly string[];
      readonly secrets?: readonly string[];
      readonly packages?: Readonly<Record<string, string>>;
      readonly files?: readonly unknown[];
    };
    readonly grants?: { readonly packagesDirectory?: string; readonly files?: readonly GrantedFile[] };
    readonly workflowVersionKey: string;
    readonly timeoutMs?: number;
    readonly signal?: AbortSignal;
  }): Promise<
    SandboxAnswer<{ readonly data: JsonValue }> & {
      readonly logs: readonly {
        readonly level: 'log' | 'debug' | 'info' | 'warn' | 'error';
        readonly message: string;
      }[];
    }
  >;
}

/** What the standard blocks need of the sandbox. */
export interface BlockSandbox extends JsonataRunner, SqlRunner, CodeRunner {}
