export { nodeClock } from './clock.ts';
export { nodeCryptography, nodeRandomness } from './cryptography.ts';
export { platformNodeErrors } from './errors.ts';
export { type JsonLinesLogOptions, jsonLinesLog } from './json-lines-log.ts';
export { type NodePlatformOptions, nodePlatform } from './node-platform.ts';
export { type NodeTimersOptions, nodeTimers } from './timers.ts';
