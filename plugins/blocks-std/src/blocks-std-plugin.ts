import type { Egress } from '@conv3n/egress';
import type { JsonObject } from '@conv3n/platform';
import type { Plugin, PluginContext } from '@conv3n/runtime';
import type { Sandbox } from '@conv3n/sandbox';
import type { Block, BlockCall, BlockResult } from '@conv3n/workflow';
import { codeBlock, type PreparePackages } from './code-block.ts';
import { conditionBlock } from './condition-block.ts';
import { databaseBlock } from './database-block.ts';
import { blocksStdErrors } from './errors.ts';
import { fileBlock } from './files/file-block.ts';
import { type FileJail, openFileJail } from './files/file-jail.ts';
import { httpBlock } from './http/http-block.ts';
import { transformBlock } from './transform/transform-block.ts';

export interface BlocksStdOptions {
  readonly egress: Pick<Egress, 'fetch'>;
  readonly sandbox: Pick<Sandbox, 'runCode' | 'runSql' | 'evaluateJsonata'>;
  /** `CONV3N_FILES_DIR`. */
  readonly filesDir: string;
  /** `CONV3N_DATA_DIR`; the files directory must keep away from it. */
  readonly dataDir: string;
  /** Absent: code with npm packages is refused. */
  readonly preparePackages?: PreparePackages;
}

/** The jail is made at the first use, so that a server whose workflows touch no files needs no directory; a failure is tried anew. */
function lazyJail(filesDir: string, dataDir: string): () => Promise<FileJail> {
  let opened: Promise<FileJail> | undefined;
  return () => {
    opened ??= openFileJail(filesDir, dataDir).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

/** Answers one call of a block's service; synchronous when the block is. */
function answer(
  block: Block<never>,
  call: BlockCall,
  context: PluginContext['call'],
): BlockResult | Promise<BlockResult> {
  if (call.operation === 'run') return block.run(call as BlockCall<never>, context);
  const operation = block[call.operation];
  if (operation) return operation.call(block, call as BlockCall<never>, context);
  throw blocksStdErrors.error('operation_not_supported', `${block.manifest.type} does not answer "${call.operation}".`);
}

/** Registers the standard blocks that have an implementation; the engine interprets triggers, loop, delay and variables itself. */
export function blocksStdPlugin(options: BlocksStdOptions): Plugin {
  const { egress, sandbox, preparePackages } = options;
  return {
    manifest: {
      id: 'blocks-std',
      version: '0.1.0',
      description: 'The standard blocks: data, conditions, HTTP, SQLite, files and custom code',
      capabilities: ['svc:register:block:*', 'svc:call:secrets.resolve'],
      optional: ['secrets'],
    },
    load({ services, platform }) {
      const { clock } = platform;
      const jail = lazyJail(options.filesDir, options.dataDir);
      const resolveSecret = async (name: string, context: PluginContext['call']): Promise<string> =>
        (await services.call<{ value: string }>('secrets.resolve', { name }, context)).value;
      const blocks: readonly Block<never>[] = [
        transformBlock(sandbox),
        conditionBlock,
        httpBlock({ egress, resolveSecret, jail, clock }),
        databaseBlock({ sandbox, jail, clock }),
        fileBlock(jail),
        codeBlock({ sandbox, resolveSecret, jail, clock, ...(preparePackages && { preparePackages }) }),
      ];
      for (const block of blocks) {
        const { type, description } = block.manifest;
        services.register<BlockCall, BlockResult>(
          {
            name: `block:${type}`,
            description,
            // The engine passes each step's own deadline.
            deadlineMs: 0,
            annotations: { block: JSON.parse(JSON.stringify(block.manifest)) as JsonObject },
          },
          (call, context) => answer(block, call, context),
        );
      }
    },
  };
}
