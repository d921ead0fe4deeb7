/** Under which keys definitions are kept; the pages put their first read there too. */
export const dagKeys = {
  all: ['dags'],
  list: ['dags', 'list'],
  one: (name: string, version: number | null) => ['dags', 'one', name, version],
  versions: (name: string) => ['dags', 'versions', name],
  lint: (asked: string) => ['dags', 'lint', asked],
} as const;
