/** Where the thing a dotted path names stands in JSON text: the last key of the path that can be found in order. */
export function locateProblem(text: string, path: string): { readonly from: number; readonly to: number } {
  let from = 0;
  let to = 1;
  for (const segment of path.split(/[./]/)) {
    if (segment === '' || /^\d+$/.test(segment)) continue;
    const key = JSON.stringify(segment);
    const at = text.indexOf(`${key}:`, to === 1 ? 0 : to);
    if (at === -1) break;
    from = at;
    to = at + key.length;
  }
  return { from, to };
}
