/** What the console keeps of requests. Everything below `requests` is refreshed by live updates. */
export const requestKeys = {
  all: ['requests'],
  waiting: ['requests', 'waiting'],
  emergencyStop: ['requests', 'emergency-stop'],
  lists: ['requests', 'list'],
  list: (filters: object) => ['requests', 'list', filters],
  one: (id: string) => ['requests', 'one', id],
  eligible: (id: string) => ['requests', 'eligible', id],
  draws: (id: string) => ['requests', 'draws', id],
  deliveries: (id: string) => ['requests', 'deliveries', id],
} as const;

/** What the console keeps of runs. A request that changes may move the run that waits for it, so live updates refresh these too. */
export const runKeys = {
  all: ['runs'],
  list: (filters: object) => ['runs', 'list', filters],
  one: (id: string) => ['runs', 'one', id],
  /** The history of a run as it was at an event's number: it only grows with those. */
  history: (id: string, seq: number) => ['runs', 'history', id, seq],
  definitions: ['runs', 'definitions'],
} as const;
