export { createGuardedClient, type GuardedClient, type PostResult, type SendOptions, type SendResult } from './post';
export { retryAfterSeconds } from './retry-after';
export { allowedRanges, findTargetFault } from './target';
