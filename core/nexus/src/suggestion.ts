const longest = 64;

/** Edit distance (insert, delete, replace, swap of neighbours) of two short strings; `limit + 1` when it is above `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, (beforeLast[column - 2] as number) + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] as number;
}

/** The known name closest to a mistyped one, or undefined when none is close. Case and separators do not count. */
export function closestName(typed: string, known: readonly string[]): string | undefined {
  if (typed.length > longest) return undefined;
  const plain = (name: string) => name.toLowerCase().replaceAll(/[-_ ]/g, '');
  const target = plain(typed);
  const limit = target.length <= 3 ? 1 : Math.min(3, Math.floor(target.length / 3) + 1);
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const name of known) {
    if (name.length > longest) continue;
    const far = distance(target, plain(name), limit);
    if (far < bestDistance) {
      best = name;
      bestDistance = far;
    }
  }
  return best;
}
