interface VitestReport {
  testResults?: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] | null }[];
  }[];
}

interface JourneyReport {
  suites?: Suite[];
}

interface Suite {
  file: string;
  suites?: Suite[];
  specs?: { title: string; ok: boolean; tests: { results: { error?: { message?: string } }[] }[] }[];
}

const LINES = 12;

/** One entry for every failed test of a vitest JSON report, and for every file that could not be loaded. */
export function vitestFailures({ testResults = [] }: VitestReport): string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0 && status === 'failed') return [describe(name, '', message)];
    return failed.map((test) => describe(name, test.fullName, test.failureMessages?.[0]));
  });
}

/** One entry for every failed journey of a Playwright JSON report. */
export function journeyFailures({ suites = [] }: JourneyReport): string[] {
  return suites.flatMap((suite) => [
    ...(suite.specs ?? [])
      .filter((spec) => !spec.ok)
      .map((spec) => {
        const errors = spec.tests.flatMap(({ results }) => results.map(({ error }) => error?.message));
        return describe(suite.file, spec.title, errors.find(Boolean));
      }),
    ...journeyFailures(suite),
  ]);
}

function describe(file: string, title: string, message = ''): string {
  const reason = message.split('\n').slice(0, LINES).join('\n    ');
  return `${file} › ${title}\n    ${reason}`;
}
