const identifier = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

/** An expression that reads a value at a path, such as `$node.total.data.items[0]["odd key"]`. */
export function pathExpression(root: string, path: readonly (string | number)[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return identifier.test(key) ? `${text}.${key}` : `${text}[${JSON.stringify(key)}]`;
  }, root);
}
