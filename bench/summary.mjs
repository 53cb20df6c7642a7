/** Median, least and greatest of the runs for each numeric metric. */
export function summarise(runs) {
  const keys = new Set(runs.flatMap((run) => Object.keys(run).filter((key) => typeof run[key] === 'number')));
  return Object.fromEntries(
    [...keys].map((key) => {
      const values = runs.map((run) => run[key]).filter((value) => value !== undefined);
      return [
        key,
        { median: rounded(median(values)), min: rounded(Math.min(...values)), max: rounded(Math.max(...values)) },
      ];
    }),
  );
}

/** Middle value; the mean of the two middle ones for an even count. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Five digits are more than any of the numbers is worth. */
const rounded = (value) => (Number.isInteger(value) ? value : Number(value.toPrecision(5)));
