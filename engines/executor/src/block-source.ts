import type { CallContext, Disposer } from '@conv3n/platform';
import type { Block, BlockCall, BlockManifest, BlockResult } from '@conv3n/workflow';

/** A block that can be called now. A synchronous answer keeps pure steps fast. */
export interface BlockHandle {
  readonly manifest: BlockManifest;
  call(input: BlockCall, context: CallContext): BlockResult | Promise<BlockResult>;
}

/** Port: the blocks there are, by type. The runtime's services are one source, {@link blockMap} another. */
export interface BlockSource {
  manifest(type: string): BlockManifest | undefined;
  /** The block, or the one an agent offers; undefined while nobody offers it. Called before each step, so it must be cheap. */
  handle(type: string, agent: string | null): BlockHandle | undefined;
  /** Called when a manifest was added, changed or removed. */
  watch?(observer: () => void): Disposer;
}

/** A fixed set of blocks in this process. */
export function blockMap(blocks: Iterable<Block | BlockManifest>): BlockSource {
  const manifests = new Map<string, BlockManifest>();
  const handles = new Map<string, BlockHandle>();
  for (const block of blocks) {
    if (!('manifest' in block)) {
      manifests.set(block.type, block);
      continue;
    }
    manifests.set(block.manifest.type, block.manifest);
    handles.set(block.manifest.type, {
      manifest: block.manifest,
      call: (input, context) => callBlock(block, input, context),
    });
  }
  return { manifest: (type) => manifests.get(type), handle: (type) => handles.get(type) };
}

function callBlock(block: Block, input: BlockCall, context: CallContext): BlockResult | Promise<BlockResult> {
  if (input.operation === 'run') return block.run(input, context);
  if (input.operation === 'reconcile' && block.reconcile) return block.reconcile(input, context);
  if (input.operation === 'compensate' && block.compensate) return block.compensate(input, context);
  return { kind: 'unknown', reason: `Block ${block.manifest.type} has no operation ${input.operation}.` };
}
