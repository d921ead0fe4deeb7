export { createGuardedClient, type GuardedClient, guardedClient, type PostResult, TOTAL_TIMEOUT_MS } from './post';
export { allowedRanges, findTargetFault } from './target';
