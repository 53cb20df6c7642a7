export { blobsFilesErrors } from './errors.ts';
export { type FileBlobStoreOptions, fileBlobStore } from './file-blob-store.ts';
export { sweepOrphans } from './sweep-orphans.ts';
