import { operations } from '@/lib/contracts';
import {
  cancelReplay as cancel,
  createReplay as create,
  getReplay as get,
  listReplays as list,
} from '@/lib/services/policy';
import { route } from '../route';

export const createReplay = route(
  operations.createReplay,
  ({ actor, params, body, call }) => create(actor, params.version, body, call),
  { replay: ({ actor, resourceId }) => get(actor, resourceId) },
);
export const listReplays = route(operations.listReplays, ({ actor, query }) => list(actor, query));
export const getReplay = route(operations.getReplay, ({ actor, params }) => get(actor, params.id));
export const cancelReplay = route(
  operations.cancelReplay,
  ({ actor, params, call }) => cancel(actor, params.id, call),
  { replay: ({ actor, resourceId }) => get(actor, resourceId) },
);
