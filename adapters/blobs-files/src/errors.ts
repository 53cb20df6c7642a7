import { defineErrors } from '@conv3n/platform';

/** Error codes of this package; those of the port `BlobStore` are in `workflowErrors`. */
export const blobsFilesErrors = defineErrors({
  invalid_blob_owner: { kind: 'invalid', description: 'An owner name is not 1 to 128 letters, digits, _ and -.' },
});
