import type { ErrorDefinition, ErrorKind } from '@conv3n/platform';
import { nexusErrors } from './errors.ts';

/** Names of gRPC status codes. */
export type GrpcStatus =
  | 'CANCELLED'
  | 'INVALID_ARGUMENT'
  | 'DEADLINE_EXCEEDED'
  | 'NOT_FOUND'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'ABORTED'
  | 'UNIMPLEMENTED'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'UNAUTHENTICATED';

/** What a kind of error is on wires. */
export interface WireStatus {
  readonly http: number;
  readonly grpc: GrpcStatus;
}

const byKind: Readonly<Record<ErrorKind, WireStatus>> = {
  invalid: { http: 400, grpc: 'INVALID_ARGUMENT' },
  unauthenticated: { http: 401, grpc: 'UNAUTHENTICATED' },
  denied: { http: 403, grpc: 'PERMISSION_DENIED' },
  not_found: { http: 404, grpc: 'NOT_FOUND' },
  conflict: { http: 409, grpc: 'ABORTED' },
  precondition: { http: 412, grpc: 'FAILED_PRECONDITION' },
  too_large: { http: 413, grpc: 'RESOURCE_EXHAUSTED' },
  unsupported: { http: 415, grpc: 'UNIMPLEMENTED' },
  misdirected: { http: 421, grpc: 'FAILED_PRECONDITION' },
  exhausted: { http: 429, grpc: 'RESOURCE_EXHAUSTED' },
  cancelled: { http: 499, grpc: 'CANCELLED' },
  internal: { http: 500, grpc: 'INTERNAL' },
  unavailable: { http: 503, grpc: 'UNAVAILABLE' },
  timeout: { http: 504, grpc: 'DEADLINE_EXCEEDED' },
};

/** Two codes HTTP itself gives a status of their own. */
const byCode: ReadonlyMap<string, WireStatus> = new Map([
  ['method_not_allowed', { http: 405, grpc: 'UNIMPLEMENTED' }],
  ['not_acceptable', { http: 406, grpc: 'UNIMPLEMENTED' }],
]);

/** The one HTTP and gRPC status of an error. */
export function wireStatusOf(error: { readonly code: string; readonly kind: ErrorKind }): WireStatus {
  return byCode.get(error.code) ?? byKind[error.kind];
}

/** The codes of one package, as its `defineErrors` registry holds them. */
export interface PackageErrors {
  readonly package: string;
  readonly definitions: Readonly<Record<string, ErrorDefinition>>;
}

/** One row of the error reference. */
export interface ErrorRow extends WireStatus {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly retryable: boolean;
  readonly description: string;
  readonly package: string;
}

const retryableKinds: ReadonlySet<ErrorKind> = new Set(['exhausted', 'unavailable', 'timeout']);

/** The pipeline's own codes, to hand to {@link errorReference} with those of other packages. */
export const pipelineErrors: PackageErrors = { package: '@conv3n/nexus', definitions: nexusErrors.definitions };

/**
 * Rows of the error reference of all packages, sorted by code.
 * @throws Conv3nError `error_codes_clash` when two packages declare one code
 */
export function errorReference(packages: readonly PackageErrors[]): readonly ErrorRow[] {
  const rows = new Map<string, ErrorRow>();
  for (const { package: name, definitions } of packages) {
    for (const [code, definition] of Object.entries(definitions)) {
      const other = rows.get(code);
      if (other) {
        throw nexusErrors.error(
          'error_codes_clash',
          `The code ${code} is declared by ${other.package} and by ${name}. Rename one: a code has one meaning.`,
        );
      }
      rows.set(code, {
        code,
        kind: definition.kind,
        ...wireStatusOf({ code, kind: definition.kind }),
        retryable: definition.retryable ?? retryableKinds.has(definition.kind),
        description: definition.description,
        package: name,
      });
    }
  }
  return [...rows.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}
