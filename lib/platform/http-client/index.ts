export { createGuardedClient, type GuardedClient, type PostResult, type SendOptions, type SendResult } from './post';
export { MAX_RETRY_AFTER_SECONDS, retryAfterSeconds } from './retry-after';
export { allowedRanges, findTargetFault } from './target';
