export { behind, FEED_ORDER, settledEnd, upTo } from './event-rows';
export { FEED_START, FeedCursor, type FeedPosition, feedCursor, later } from './feed-position';
export { type FollowedEvents, followEvents, type StreamedEvent } from './follow-events';
export { listEvents } from './list-events';
export { readChainedEvents, readEvents } from './read-events';
export { verifyAudit } from './verify-audit';
