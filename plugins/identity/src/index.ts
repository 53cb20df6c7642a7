export { identityErrors } from './errors.ts';
export { type IdentityOptions, identityPlugin } from './identity-plugin.ts';
export { identityOperations } from './operations.ts';
export { isScope, type Scope, scopes } from './scope.ts';
