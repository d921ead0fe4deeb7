export { followEvents, type StreamedEvent } from './follow-events';
export { listEvents } from './list-events';
export { readEvents } from './read-events';
export { verifyAudit } from './verify-audit';
