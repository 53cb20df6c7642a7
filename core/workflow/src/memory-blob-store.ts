import type { BlobStore } from './blob-store.ts';
import { workflowErrors } from './errors.ts';

/** Blobs in memory, for `conv3n run` and tests. */
export function memoryBlobStore(
  options: {
    /** @default 67108864 */
    readonly maxBlobBytes?: number;
    /** All blobs together. @default 1073741824 */
    readonly maxTotalBytes?: number;
  } = {},
): BlobStore {
  const { maxBlobBytes = 64 * 1024 * 1024, maxTotalBytes = 1024 * 1024 * 1024 } = options;
  const owners = new Map<string, Map<string, Uint8Array>>();
  let total = 0;
  let next = 0;
  return {
    async put(owner, content) {
      if (content.byteLength > maxBlobBytes) {
        throw workflowErrors.error(
          'blob_too_large',
          `A blob of ${content.byteLength} bytes is larger than ${maxBlobBytes}.`,
        );
      }
      if (total + content.byteLength > maxTotalBytes) {
        throw workflowErrors.error('blob_store_full', `The blob store holds ${total} of ${maxTotalBytes} bytes.`);
      }
      next += 1;
      const id = `m${next}`;
      const blobs = owners.get(owner) ?? new Map<string, Uint8Array>();
      owners.set(owner, blobs);
      blobs.set(id, content.slice());
      total += content.byteLength;
      return id;
    },
    async get(owner, id) {
      const content = owners.get(owner)?.get(id);
      if (!content) throw workflowErrors.error('blob_not_found', `${owner} has no blob ${id}.`);
      return content.slice();
    },
    async deleteOwner(owner) {
      for (const content of owners.get(owner)?.values() ?? []) total -= content.byteLength;
      owners.delete(owner);
    },
    async owners({ after, limit }) {
      return [...owners.keys()]
        .sort()
        .filter((owner) => after === undefined || owner > after)
        .slice(0, limit);
    },
  };
}
