export { type BlobStoreUnderTest, blobStoreContract } from './blob-store-contract.ts';
export { type ExecutionIndexUnderTest, executionIndexContract } from './execution-index-contract.ts';
export { type VariableStoreUnderTest, variableStoreContract } from './variable-store-contract.ts';
