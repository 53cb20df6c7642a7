import type { BlockHandle, BlockSource } from '@conv3n/executor';
import type { PluginContext, ServiceHandle } from '@conv3n/runtime';
import { type BlockCall, type BlockManifest, type BlockResult, controlBlocks } from '@conv3n/workflow';

const prefix = 'block:';

/**
 * The blocks plugins registered as services `block:<type>`, and the control blocks of the engine. A handle is resolved once and dropped when its
 * service goes, so a call costs no lookup in the registry.
 */
export function serviceBlocks(context: PluginContext): BlockSource & { list(): readonly BlockManifest[] } {
  const manifests = new Map<string, BlockManifest>(controlBlocks.map((manifest) => [manifest.type, manifest]));
  const handles = new Map<string, BlockHandle>();
  const observers = new Set<() => void>();

  context.services.watch(prefix, ({ added, description }) => {
    const type = description.name.slice(prefix.length);
    const manifest = description.annotations?.block as BlockManifest | undefined;
    handles.delete(type);
    if (added && manifest) manifests.set(type, manifest);
    else manifests.delete(type);
    for (const observer of observers) observer();
  });

  const resolve = (type: string): BlockHandle | undefined => {
    const manifest = manifests.get(type);
    const service: ServiceHandle<BlockCall, BlockResult> | undefined =
      manifest && context.services.resolve(prefix + type);
    if (!manifest || !service) return undefined;
    const handle: BlockHandle = { manifest, call: (input, call) => service.invoke(input, call) };
    handles.set(type, handle);
    return handle;
  };

  return {
    manifest: (type) => manifests.get(type),
    handle: (type, agent) => (agent === null ? (handles.get(type) ?? resolve(type)) : undefined),
    watch(observer) {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    list: () => [...manifests.values()],
  };
}
