import { Admission } from './admission.ts';
import { ChildPool } from './child-pool.ts';
import type { CodeRequest, CodeResult } from './code.ts';
import { type ConfinementLevel, detectHostConfinement, type HostConfinement } from './host-confinement.ts';
import { type HouseChild, startHouseChild } from './house-child.ts';
import { NodeCodeRunner } from './node-code.ts';
import { type ResolvedSandboxOptions, resolveSandboxOptions, type SandboxOptions } from './options.ts';
import {
  evaluateJsonataIn,
  evaluateRegexIn,
  type JsonataRequest,
  type QueryResult,
  type RegexRequest,
} from './queries.ts';
import { runQuickJsCode } from './quickjs-code.ts';
import { runSqlIn, type SqlRequest, type SqlResult } from './sql.ts';

/** Runs what must be killable, in child processes. Failures are results; no method rejects. */
export interface Sandbox {
  /** Runs a module of user code. */
  runCode(request: CodeRequest): Promise<CodeResult>;
  /** Runs one SQL statement on a SQLite file. */
  runSql(request: SqlRequest): Promise<SqlResult>;
  evaluateJsonata(request: JsonataRequest): Promise<QueryResult>;
  /** Applies a regular expression. `match` gives a list of {@link RegexMatch}. */
  evaluateRegex(request: RegexRequest): Promise<QueryResult>;
  /** What stands around code with packages or files on this host. */
  confinement(): Promise<ConfinementLevel>;
  /** Process ids of the living children; none at rest. */
  pids(): readonly number[];
  /** Ends all children and refuses waiting and later calls. Resolves when no child is left; may be called again. */
  close(): Promise<void>;
}

const windows = { 'quickjs-code': 4, queries: 16, sql: 1 } as const;
const maxParked = 16;

/** A sandbox; it starts no process before its first call. @throws Conv3nError `invalid_sandbox_options` */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const resolved = resolveSandboxOptions(options);
  const ports = { egress: options.egress, secrets: options.secrets, maxResponseBytes: resolved.maxResponseBytes };
  let detecting: Promise<HostConfinement> | undefined;
  let host: HostConfinement | undefined;
  let runner: NodeCodeRunner | undefined;
  let closing: Promise<void> | undefined;
  const detect = async (): Promise<HostConfinement> => {
    detecting ??= detectHostConfinement(resolved.namespaces);
    host = await detecting;
    return host;
  };
  const poolOf = (entry: HouseChild): ChildPool =>
    new ChildPool({ ...poolOptions(resolved, entry), launch: (onFrame) => startHouseChild(entry, host, onFrame) });
  const pools = { code: poolOf('quickjs-code'), queries: poolOf('queries'), sql: poolOf('sql') };
  const nodeRunner = (found: HostConfinement): NodeCodeRunner => {
    const { maxChildren: places, maxQueue, maxQueueMs: maxWaitMs } = resolved;
    runner ??= new NodeCodeRunner(found, ports, resolved, new Admission({ places, maxQueue, maxWaitMs }));
    return runner;
  };
  const close = async (): Promise<void> => {
    await Promise.all([...Object.values(pools).map((pool) => pool.close()), detecting]);
    if (host) await nodeRunner(host).close();
  };
  return {
    async runCode(request) {
      const found = host ?? (await detect());
      if (needsNode(request)) return nodeRunner(found).run(request);
      return runQuickJsCode(pools.code, request, ports, resolved);
    },
    async runSql(request) {
      if (!host) await detect();
      return runSqlIn(pools.sql, request);
    },
    async evaluateJsonata(request) {
      if (!host) await detect();
      return evaluateJsonataIn(pools.queries, request);
    },
    async evaluateRegex(request) {
      if (!host) await detect();
      return evaluateRegexIn(pools.queries, request);
    },
    confinement: async () => (host ?? (await detect())).level,
    pids: () => [...Object.values(pools).flatMap((pool) => pool.pids()), ...(runner?.pids() ?? [])],
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function needsNode(request: CodeRequest): boolean {
  const { packages, files } = request.manifest ?? {};
  return (packages !== undefined && Object.keys(packages).length > 0) || (files !== undefined && files.length > 0);
}

function poolOptions(options: ResolvedSandboxOptions, entry: HouseChild) {
  const { maxChildren, maxQueue, maxQueueMs, idleMs, graceMs, maxChildBytes } = options;
  return { maxChildren, maxQueue, maxQueueMs, idleMs, graceMs, maxChildBytes, maxParked, window: windows[entry] };
}
