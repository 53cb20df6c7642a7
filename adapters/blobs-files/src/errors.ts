import { defineErrors } from '@conv3n/platform';

/** Error codes of this package, beside those of the port. */
export const blobsFilesErrors = defineErrors({
  blob_not_found: { kind: 'not_found', description: 'No such blob under this owner.' },
  blob_too_large: { kind: 'too_large', description: 'The content is larger than a blob may be.' },
  blob_store_full: { kind: 'exhausted', description: 'The disk has no room for the blob.' },
  blob_corrupt: { kind: 'internal', description: 'The file of a blob differs from what was written.' },
  invalid_blob_owner: { kind: 'invalid', description: 'An owner name is not 1 to 128 letters, digits, _ and -.' },
});
