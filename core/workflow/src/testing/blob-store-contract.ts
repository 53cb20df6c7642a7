import { describe, expect, it } from 'vitest';
import type { BlobStore } from '../blob-store.ts';

export interface BlobStoreUnderTest {
  readonly blobs: BlobStore;
  /** Content longer than the store takes. */
  readonly tooLarge?: Uint8Array;
  close?(): Promise<void> | void;
}

/** The rules of {@link BlobStore}. */
export function blobStoreContract(name: string, make: () => Promise<BlobStoreUnderTest>): void {
  describe(`blob store contract: ${name}`, () => {
    const using = async (test: (subject: BlobStoreUnderTest) => Promise<void>) => {
      const subject = await make();
      try {
        await test(subject);
      } finally {
        await subject.close?.();
      }
    };
    const bytes = (text: string) => new TextEncoder().encode(text);

    it('gives back what was put, byte by byte, the empty blob too', () =>
      using(async ({ blobs }) => {
        const all = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
        const id = await blobs.put('execution-1', all);
        const empty = await blobs.put('execution-1', new Uint8Array(0));
        expect(await blobs.get('execution-1', id)).toEqual(all);
        expect((await blobs.get('execution-1', empty)).byteLength).toBe(0);
      }));

    it('keeps its own copy of the content', () =>
      using(async ({ blobs }) => {
        const content = bytes('before');
        const id = await blobs.put('execution-1', content);
        content.fill(0);
        expect(await blobs.get('execution-1', id)).toEqual(bytes('before'));
      }));

    it('knows a blob only under its owner', () =>
      using(async ({ blobs }) => {
        const id = await blobs.put('execution-1', bytes('mine'));
        await expect(blobs.get('execution-2', id)).rejects.toMatchObject({ code: 'blob_not_found' });
        await expect(blobs.get('execution-1', 'no-such-blob')).rejects.toMatchObject({ code: 'blob_not_found' });
      }));

    it('takes the same content of one owner at once, and both ids give it', () =>
      using(async ({ blobs }) => {
        const ids = await Promise.all(Array.from({ length: 8 }, () => blobs.put('execution-1', bytes('same'))));
        for (const id of ids) expect(await blobs.get('execution-1', id)).toEqual(bytes('same'));
      }));

    it('deletes all blobs of an owner and no others; deleting twice is no error', () =>
      using(async ({ blobs }) => {
        const gone = await blobs.put('execution-1', bytes('a'));
        const kept = await blobs.put('execution-2', bytes('a'));
        await blobs.deleteOwner('execution-1');
        await blobs.deleteOwner('execution-1');
        await expect(blobs.get('execution-1', gone)).rejects.toMatchObject({ code: 'blob_not_found' });
        expect(await blobs.get('execution-2', kept)).toEqual(bytes('a'));
      }));

    it('lists owners in order, page by page, without those deleted', () =>
      using(async ({ blobs }) => {
        const names = Array.from({ length: 25 }, (_, index) => `execution-${String(index).padStart(3, '0')}`);
        for (const owner of [...names].reverse()) await blobs.put(owner, bytes(owner));
        await blobs.deleteOwner('execution-007');
        const found: string[] = [];
        for (let page = await blobs.owners({ limit: 10 }); page.length > 0; ) {
          found.push(...page);
          page = await blobs.owners({ limit: 10, after: found[found.length - 1] ?? '' });
        }
        expect(found).toEqual(names.filter((owner) => owner !== 'execution-007'));
      }));

    it('refuses content that is too large', () =>
      using(async ({ blobs, tooLarge }) => {
        if (!tooLarge) return;
        await expect(blobs.put('execution-1', tooLarge)).rejects.toMatchObject({ code: 'blob_too_large' });
      }));
  });
}
