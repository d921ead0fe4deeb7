export { createGuardedClient, type GuardedClient, type PostResult } from './post';
export { allowedRanges, findTargetFault } from './target';
