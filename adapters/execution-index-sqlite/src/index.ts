export { executionIndexMigrations } from './migrations.ts';
export { sqliteExecutionIndex } from './sqlite-execution-index.ts';
