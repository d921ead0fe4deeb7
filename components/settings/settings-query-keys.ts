/** Under which keys the settings keep what they have read; the pages put their first read there too. */
export const membersKey = ['settings', 'members'] as const;
export const keysKey = ['settings', 'keys'] as const;
export const levelsKey = ['settings', 'levels'] as const;
export const costModelsKey = ['settings', 'cost-models'] as const;
export const costVersionsKey = (skillId: string) => [...costModelsKey, 'versions', skillId] as const;
export const budgetsKey = ['settings', 'budgets'] as const;
export const flagsKey = ['settings', 'flags'] as const;
export const secretsKey = ['settings', 'secrets'] as const;
export const configKey = ['settings', 'config'] as const;
export const driftKey = ['settings', 'config-drift'] as const;
/** How much of a list is read at once. */
export const SETTINGS_PAGE = 200;
