import { configDefaults, defineConfig } from 'vitest/config';

const tests = '**/*.test.{ts,tsx}';
const integration = '**/*.integration.test.ts';
const torture = '**/*.torture.test.ts';
const nowhere = [...configDefaults.exclude, '.next/**', '.data/**', 'dist/**', 'e2e/**'];

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [tests],
          exclude: [...nowhere, integration, torture],
          // Loading the same modules anew for every file took two thirds of the time.
          isolate: false,
          setupFiles: ['lib/testing/leave-nothing.ts'],
          // A busy machine must not fail what is not about time.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: [integration],
          exclude: nowhere,
          globalSetup: ['lib/testing/global-setup.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Real processes that race and are killed: one file at a time, so that what is measured is not the neighbour.
        extends: true,
        test: {
          name: 'torture',
          include: [torture],
          exclude: nowhere,
          globalSetup: ['lib/testing/global-setup.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
