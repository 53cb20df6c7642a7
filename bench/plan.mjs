/** How long and how often is measured. `all` and `few` pick a scenario's whole or essential set of cells. */
export const plans = {
  full: {
    name: 'full',
    runs: 3,
    starts: 5,
    idleRuns: 3,
    loadMs: 2500,
    warmUpMs: 1500,
    listRuns: 20,
    mapRuns: 3,
    growthExecutions: 3000,
    pick: (all) => all,
  },
  quick: {
    name: 'quick',
    runs: 3,
    starts: 3,
    idleRuns: 1,
    loadMs: 500,
    warmUpMs: 400,
    listRuns: 5,
    mapRuns: 3,
    growthExecutions: 200,
    pick: (_, few) => few,
  },
};
