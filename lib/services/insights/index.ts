export { getBacklog } from './backlog';
export { getTimeToApprove } from './time-to-approve';
export { getVolume } from './volume';
