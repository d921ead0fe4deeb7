import { defineConfig } from 'playwright/test';
import { findBrowser } from './scripts/browser';

const executablePath = findBrowser();

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './scripts/journeys.ts',
  // One browser and one server share the smallest machine's two cores; the journeys share one instance.
  workers: 1,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  // How fast it is, the bench says; a busy machine must not fail a journey.
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: process.env.JOURNEYS_RESULT ?? 'test-results/journeys.json' }]],
  use: {
    ...(process.env.COUNTERSIGN_URL ? { baseURL: process.env.COUNTERSIGN_URL } : {}),
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      // Chromium's own sandbox does not work as root.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
});
