/** What the console keeps of requests. Everything below `requests` is refreshed by live updates. */
export const requestKeys = {
  all: ['requests'],
  openCount: ['requests', 'open-count'],
  emergencyStop: ['requests', 'emergency-stop'],
  lists: ['requests', 'list'],
  list: (filters: object) => ['requests', 'list', filters],
  one: (id: string) => ['requests', 'one', id],
  eligible: (id: string) => ['requests', 'eligible', id],
  draws: (id: string) => ['requests', 'draws', id],
  deliveries: (id: string) => ['requests', 'deliveries', id],
} as const;
