/** Under which keys replays are kept; the pages put their first read there too. */
export const replayKeys = {
  one: (id: string) => ['replays', 'one', id],
  of: (version: string) => ['replays', 'of', version],
  comparison: (version: string) => ['replays', 'comparison', version],
} as const;
