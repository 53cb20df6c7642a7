export { type BlocksStdOptions, blocksStdPlugin } from './blocks-std-plugin.ts';
export { codeManifest, type PreparePackages } from './code-block.ts';
export { conditionManifest } from './condition-block.ts';
export { databaseManifest } from './database-block.ts';
export { blocksStdErrors } from './errors.ts';
export { fileManifest } from './files/file-block.ts';
export { httpManifest } from './http/http-config.ts';
export { type SecretScrubber, scrubbedText, secretScrubber } from './secret-scrubber.ts';
export { transformManifest } from './transform/transform-block.ts';
