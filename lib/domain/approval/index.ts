export { eligibleReviewers, isRequester, reachability, signedAnswers, usedLevel } from './authority';
export {
  type Command,
  type Commander,
  type Decided,
  decide,
  type Refusal,
  type Timing,
} from './decide';
export { type Comparable, type Endings, endingsOf, type Likeness, likeness } from './precedents';
export { type ApprovalRequest, REQUEST_KINDS, type RequestKind, type Review, type Reviewer } from './request';
export { isRole, mayStillSign, namesOfNobody, type Signatory } from './signers';
export { APPROVAL_STATUSES, type ApprovalStatus, isOpen } from './status';
export {
  APPROVAL_EVENT_TYPES,
  type ApprovalEventType,
  TRANSITIONS,
  type Transition,
  type TransitionName,
  transitionsFrom,
} from './transitions';
