export { systemErrors } from './errors.ts';
export { type SystemOptions, systemOperations, systemPlugin } from './system-plugin.ts';
