export { exportEventLines, exportEvents } from './export-events';
export { exportRequests } from './export-requests';
