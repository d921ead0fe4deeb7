export { driveRuns } from './drive';
export { canonicalRunEvent, RUNNER, type RunEventFields } from './event';
export { sweepOrphanedRequests } from './orphans';
export { getRun, listRunEvents, listRuns } from './read';
export { resumeRun } from './resume';
export { type LeasedTask, settleTask } from './settle';
export { planRun, startRun } from './start';
export { cancelRun, retryTask } from './steer';
