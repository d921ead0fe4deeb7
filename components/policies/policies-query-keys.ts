/** Under which keys the versions of the rules are kept; the pages put their first read there too. */
export const policyKeys = {
  all: ['policies'],
  list: ['policies', 'list'],
  one: (version: string) => ['policies', 'one', version],
} as const;
