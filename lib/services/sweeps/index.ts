export { sweepDue } from './due';
export { sweepReachability } from './reachability';
