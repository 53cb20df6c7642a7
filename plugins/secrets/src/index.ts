export { secretErrors } from './errors.ts';
export { type SecretsOptions, secretsPlugin } from './secrets-plugin.ts';
