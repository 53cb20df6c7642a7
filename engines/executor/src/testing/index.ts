export {
  type Disk,
  edge,
  executorOn,
  memoryDisk,
  restOf,
  runToRest,
  statuses,
  storedEvents,
  workflow,
} from './executor-fixture.ts';
export { countingBlock, testBlocks, testError } from './test-blocks.ts';
