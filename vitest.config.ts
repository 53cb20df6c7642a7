import { defineConfig } from 'vitest/config';

const resolve = { conditions: ['source'] };
const ssr = { resolve: { conditions: ['source'], externalConditions: ['source'] } };
const source = '{core,engines,adapters,plugins,apps,sdks}/**';
const ignored = ['**/node_modules/**', '**/dist/**', 'bench/.peers/**'];

/** `unit` runs in a worker pool; `int` starts real servers and processes; `e2e` needs a browser. The suffix tells the cost. */
export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr,
        test: {
          name: 'unit',
          include: [`${source}/*.test.{ts,tsx}`, 'scripts/**/*.test.ts'],
          exclude: [...ignored, '**/*.{int,e2e,soak}.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'int',
          include: [`${source}/*.int.test.ts`, 'test/**/*.int.test.ts'],
          exclude: ignored,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'e2e',
          include: [`${source}/*.e2e.test.ts`, 'test/**/*.e2e.test.ts'],
          exclude: ignored,
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'soak',
          include: [`${source}/*.soak.test.ts`, 'test/**/*.soak.test.ts'],
          exclude: ignored,
          testTimeout: 3_600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['{core,engines,adapters,plugins}/*/src/**/*.ts'],
      exclude: [
        '**/*.test.ts',
        '**/testing/**',
        // They run in child processes, where nothing counts; the integration tests of the package prove them.
        'engines/sandbox/src/children/**',
      ],
      reporter: ['text-summary', 'json-summary'],
      thresholds: { lines: 85, statements: 85 },
    },
  },
});
