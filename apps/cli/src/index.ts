export { cliErrors } from './errors.ts';
export { exitCode, exitCodeMeanings } from './exit-code.ts';
