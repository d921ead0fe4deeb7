import { operations } from '@/lib/contracts';
import {
  completeTask as complete,
  failTask as fail,
  heartbeatTask as heartbeat,
  leaseTasks as lease,
} from '@/lib/services/runs';
import { route } from '../route';

export const leaseTasks = route(operations.leaseTasks, ({ actor, body, request }) =>
  lease(actor, body, request.signal),
);
export const heartbeatTask = route(operations.heartbeatTask, ({ actor, params, body }) =>
  heartbeat(actor, params.id, body),
);
export const completeTask = route(operations.completeTask, ({ actor, params, body }) =>
  complete(actor, params.id, body),
);
export const failTask = route(operations.failTask, ({ actor, params, body }) => fail(actor, params.id, body));
