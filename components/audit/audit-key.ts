import type { AuditFilters } from './filters';

/** Under which the history is kept; the server fills it for the first paint. */
export const auditKey = (filters: AuditFilters) => ['audit', filters] as const;
