import { type CallContext, type Clock, isConv3nError, Type } from '@conv3n/platform';
import type { CodeGrants, CodeLog, FileGrant, Sandbox } from '@conv3n/sandbox';
import {
  type Block,
  type BlockLog,
  type BlockManifest,
  type BlockResult,
  defineBlock,
  type StepIdentity,
} from '@conv3n/workflow';
import { blocksStdErrors } from './errors.ts';
import { closed, field } from './field.ts';
import { fileError } from './files/file-error.ts';
import { type FileJail, grantedPath } from './files/file-jail.ts';
import { remainingMs } from './remaining-time.ts';
import { failed, scrubResult } from './result.ts';
import { type ResolveSecret, secretReader } from './secret-reader.ts';

/** A file or folder the code may open. */
export interface CodeFile {
  readonly path: string;
  readonly access?: 'read' | 'write';
}

/** What the code may use beyond its input. */
export interface CodeBlockManifest {
  readonly hosts?: readonly string[];
  readonly secrets?: readonly string[];
  readonly packages?: Readonly<Record<string, string>>;
  readonly files?: readonly (string | CodeFile)[];
}

/** Config; nothing in it is an expression. */
export interface CodeConfig {
  readonly code: string;
  readonly language?: 'javascript' | 'typescript';
  readonly manifest?: CodeBlockManifest;
}

/** Port: installs the packages of a manifest and answers the folder that holds their `node_modules`. */
export type PreparePackages = (packages: Readonly<Record<string, string>>, context: CallContext) => Promise<string>;

export interface CodeBlockParts {
  readonly sandbox: Pick<Sandbox, 'runCode'>;
  readonly resolveSecret: ResolveSecret;
  readonly clock: Clock;
  readonly jail: () => Promise<FileJail>;
  /** Absent: code with packages is refused. */
  readonly preparePackages?: PreparePackages;
}

const fallbackTimeoutMs = 30_000;

const manifest = Type.Object(
  {
    hosts: Type.Optional(
      Type.Array(
        Type.String(),
        field('Hosts', 'Hosts the code may call, each with an optional port; without them it has no network.', {
          widget: 'json',
          placeholder: '["api.example.com"]',
        }),
      ),
    ),
    secrets: Type.Optional(
      Type.Array(Type.String(), field('Secrets', 'Names of secrets the code may read.', { widget: 'json' })),
    ),
    packages: Type.Optional(
      Type.Object(
        {},
        {
          ...field('Packages', 'npm packages and their versions.', { widget: 'keyvalue' }),
          additionalProperties: Type.String(),
        },
      ),
    ),
    files: Type.Optional(
      Type.Array(
        Type.Union([
          Type.String(),
          Type.Object({ path: Type.String(), access: Type.Optional(Type.Enum(['read', 'write'])) }, closed),
        ]),
        field(
          'Files',
          'Files or folders in the files directory the code may open, for reading unless access is write.',
          { widget: 'json' },
        ),
      ),
    ),
  },
  {
    ...closed,
    ...field('Manifest', 'What the code may use beyond its input.', { mode: 'raw', widget: 'json', advanced: true }),
  },
);

const config = Type.Object(
  {
    code: Type.String({
      ...field('Code', 'A module that exports a default function of input and ctx.', {
        mode: 'raw',
        widget: 'code',
        language: 'typescript',
        placeholder: 'export default (input, ctx) => input',
      }),
      minLength: 1,
    }),
    language: Type.Optional(
      Type.Enum(['typescript', 'javascript'], {
        ...field('Language', 'What the code is written in.', { mode: 'raw', widget: 'select', advanced: true }),
        default: 'typescript',
      }),
    ),
    manifest: Type.Optional(manifest),
  },
  closed,
);

/** Manifest of `custom/code`. */
export const codeManifest: BlockManifest = {
  type: 'custom/code',
  title: 'Code',
  description: 'Runs TypeScript or JavaScript in a process of its own, with only what its manifest names.',
  category: 'code',
  icon: 'code',
  config,
  ports: { fixed: ['default', 'error'] },
  // Without hosts and writable files there is nothing outside that a repeat could change.
  effect: {
    cases: [
      {
        all: [
          { path: '/manifest/hosts/-', in: [null] },
          { path: '/manifest/files/-/access', in: [null, 'read'] },
        ],
        effect: 'idempotent',
      },
    ],
    otherwise: 'external',
  },
  timeout: '1m',
  example: {
    code: 'export default (input: { default: { total: number } }) => ({ tier: input.default.total > 100 ? "gold" : "basic" });\n',
  },
};

/** Nothing that ran for one workflow version serves another; an unsaved workflow shares with nobody. */
function versionKey({ workflowId, workflowVersion, executionId }: StepIdentity): string {
  return workflowId === null ? `execution:${executionId}` : `${workflowId}@${workflowVersion ?? 'draft'}`;
}

function blockLogs(logs: readonly CodeLog[]): readonly BlockLog[] {
  return logs.map(({ level, message }) => ({
    level: level === 'log' ? 'info' : level,
    message,
  }));
}

/** `custom/code`: the wall around the code is the sandbox's. */
export function codeBlock({ sandbox, resolveSecret, clock, jail, preparePackages }: CodeBlockParts): Block<CodeConfig> {
  const grantFiles = async (files: readonly (string | CodeFile)[]): Promise<readonly FileGrant[]> => {
    const granted: FileGrant[] = [];
    for (const file of files) {
      const { path, access = 'read' } = typeof file === 'string' ? { path: file } : file;
      try {
        granted.push({ path: await grantedPath(await jail(), path, access), access });
      } catch (error) {
        throw fileError(error, path);
      }
    }
    return granted;
  };
  const grant = async (wanted: CodeBlockManifest, context: CallContext): Promise<CodeGrants> => {
    const packages = Object.keys(wanted.packages ?? {}).length > 0 ? wanted.packages : undefined;
    if (packages && !preparePackages) {
      throw blocksStdErrors.error(
        'packages_unavailable',
        'This server installs no packages for code. Remove manifest.packages.',
      );
    }
    return {
      ...(packages && preparePackages && { packagesDirectory: await preparePackages(packages, context) }),
      ...(wanted.files && { files: await grantFiles(wanted.files) }),
    };
  };
  const reader = async (names: readonly string[], context: CallContext) => {
    const secrets = secretReader(resolveSecret, context);
    for (const name of names) {
      // The code itself meets a missing secret when it asks for it; there is nothing to scrub then.
      await secrets.reveal({ $secret: name }).catch((error: unknown) => {
        if (!isConv3nError(error) || error.kind !== 'not_found') throw error;
      });
    }
    return secrets;
  };
  return defineBlock<CodeConfig>({
    manifest: codeManifest,
    async run({ config, input, roots, step }, context): Promise<BlockResult> {
      const wanted = config.manifest ?? {};
      try {
        const grants = await grant(wanted, context);
        const secrets = await reader(wanted.secrets ?? [], context);
        const result = await sandbox.runCode({
          code: config.code,
          language: config.language ?? 'typescript',
          input,
          ctx: roots ?? {},
          manifest: wanted,
          grants,
          workflowVersionKey: versionKey(step),
          timeoutMs: remainingMs(context, clock, fallbackTimeoutMs),
          signal: context.signal,
        });
        const logs = blockLogs(result.logs);
        const ended: BlockResult =
          result.kind === 'succeeded'
            ? { kind: 'succeeded', data: result.data, logs }
            : { kind: 'failed', error: result.error, port: 'error', logs };
        return scrubResult(ended, secrets.scrub);
      } catch (error) {
        return failed(error, { port: 'error', beforeEffect: true });
      }
    },
  });
}
