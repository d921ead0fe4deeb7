import { cancelRequest, evaluatePolicy, reportOutcome, requestApproval, waitForDecision } from './asking-tools';
import { approveRequest, rejectRequest } from './deciding-tools';
import { getRequest, listRequests } from './reading-tools';
import type { Tool } from './tool';

/** Every tool there is. A row here is how you add one. */
export const TOOLS: readonly Tool[] = [
  evaluatePolicy,
  requestApproval,
  waitForDecision,
  listRequests,
  getRequest,
  cancelRequest,
  reportOutcome,
  approveRequest,
  rejectRequest,
];
