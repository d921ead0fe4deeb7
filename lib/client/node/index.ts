export { type FollowedEvent, type FollowOptions, followEvents } from './follow-events';
export { isPassing, makePauses, type RetryOptions, retrying } from './retrying';
export { type WaitOptions, waitForRequest } from './wait-for-request';
export { isOver, waitForRun } from './wait-for-run';
