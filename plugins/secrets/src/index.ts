export { secretErrors } from './errors.ts';
export { type SecretsOptions, secretsOperations, secretsPlugin } from './secrets-plugin.ts';
