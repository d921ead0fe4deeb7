export { jobActor } from './actor';
export { sweepDue } from './due';
export { sweepReachability } from './reachability';
