/** Port: large values outside the event streams, grouped by owner so that retention removes them together. */
export interface BlobStore {
  /** Stores the bytes durably and answers their id; the same content under one owner may share an id. @throws Conv3nError `blob_too_large`, `blob_store_full` */
  put(owner: string, content: Uint8Array): Promise<string>;
  /** @throws Conv3nError `blob_not_found`, `blob_corrupt` */
  get(owner: string, id: string): Promise<Uint8Array>;
  deleteOwner(owner: string): Promise<void>;
  /** Owners that have blobs, page by page; recovery removes those whose execution is gone. */
  owners(options: { readonly after?: string; readonly limit: number }): Promise<readonly string[]>;
}
