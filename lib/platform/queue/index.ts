export { type JobQueue, type ScheduledJob, startJobQueue } from './job-queue';
