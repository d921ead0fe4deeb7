export { type FollowedEvents, followEvents, type StreamedEvent } from './follow-events';
export { listEvents } from './list-events';
export { readChainedEvents, readEvents } from './read-events';
export { verifyAudit } from './verify-audit';
