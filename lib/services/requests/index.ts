export { type CheckpointAsked, createCheckpoint } from './checkpoint';
export { commandCheckpoint, getCheckpoint, listCheckpoints } from './checkpoints';
export { type CreateResult, createRequest } from './create';
export { commandRequest, type DecideOptions } from './decide';
export {
  canonicalEvent,
  ESCALATION_WORKER,
  type EventActor,
  type EventFields,
  EXPIRY,
  toDecisionWrite,
  toEventActor,
  type VoteDetails,
} from './event';
export { jobActor } from './job-actor';
export { filterConditions, listRequests } from './list';
export { reportOutcome } from './outcome';
export { draftRuleFrom, getPrecedents } from './precedents';
export { countOpenRequests, getEligibleApprovers, getRequest, waitForRequest } from './read';
export { type CommitWatch, endWaits, watchCommits } from './waiting';
