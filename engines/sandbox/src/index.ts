export type {
  CodeGrants,
  CodeLog,
  CodeManifest,
  CodeOutcome,
  CodeRequest,
  CodeResult,
  EgressFetch,
  FileGrant,
  SecretResolver,
} from './code.ts';
export { isSandboxErrorCode, type SandboxErrorCode, sandboxErrors } from './errors.ts';
export type { ConfinementLevel } from './host-confinement.ts';
export type { SandboxOptions } from './options.ts';
export type { JsonataRequest, QueryResult, RegexMatch, RegexRequest } from './queries.ts';
export { createSandbox, type Sandbox } from './sandbox.ts';
export type { SqlChanges, SqlParameter, SqlRequest, SqlResult, SqlRows } from './sql.ts';
export { isReadOnlySql } from './sql-effect.ts';
