export { type Composition, type CompositionOptions, compose } from './compose.ts';
export { type ConfigSources, resolveConfig } from './config.ts';
export { errorCatalogue } from './error-catalogue.ts';
export { serverErrors } from './errors.ts';
export { operations } from './operations.ts';
export { type LocalHouse, runInMemory } from './run-in-memory.ts';
export { type Config, settings } from './settings.ts';
export { type RunningServer, startServer } from './start-server.ts';
export type { Stores } from './stores.ts';
