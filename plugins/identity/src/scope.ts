/** Every scope an API key may hold; `admin` implies the others. Contracts, section 4. */
export const scopes = [
  'workflows:read',
  'workflows:write',
  'workflows:execute',
  'executions:read',
  'executions:control',
  'triggers:write',
  'secrets:write',
  'keys:write',
  'plugins:write',
  'admin',
] as const;

export type Scope = (typeof scopes)[number];

/** True for a scope of the contract. */
export function isScope(value: string): value is Scope {
  return (scopes as readonly string[]).includes(value);
}
