export { type StorageUnderTest, storageContract } from './storage-contract.ts';
export { type TestRuntime, testPlugin, testRuntime } from './test-runtime.ts';
