export { type CollectingLog, collectingLog, type LogLine } from './collecting-log.ts';
export { type ManualTime, manualTime } from './manual-time.ts';
export { type PlatformUnderTest, platformContract } from './platform-contract.ts';
export { seededRandom } from './seeded-random.ts';
export { type TestPlatform, type TestPlatformOptions, testPlatform } from './test-platform.ts';
