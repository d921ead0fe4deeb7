import { operations } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import {
  cancelRun as cancel,
  getRun as get,
  listRuns as list,
  listRunEvents as listEvents,
  planRun,
  resumeRun as resume,
  retryTask,
  startRun as start,
} from '@/lib/services/runs';
import { reply } from '../reply';
import { route } from '../route';

const replay = {
  replay: ({ actor, resourceId }: { actor: Actor; resourceId: string }) => get(actor, resourceId),
};

export const startRun = route(
  operations.startRun,
  async ({ actor, body, call }) =>
    body.dry_run ? reply(await planRun(actor, body), { status: 200 }) : start(actor, body, call),
  replay,
);

export const listRuns = route(operations.listRuns, ({ actor, query }) => list(actor, query));

export const getRun = route(operations.getRun, ({ actor, params }) => get(actor, params.id));

export const resumeRun = route(operations.resumeRun, ({ actor, params, body }) =>
  resume(actor, params.id, body.resume_token),
);

export const cancelRun = route(
  operations.cancelRun,
  ({ actor, params, body, call }) => cancel(actor, params.id, body.reason, call),
  replay,
);

export const retryRunTask = route(
  operations.retryRunTask,
  ({ actor, params, body, call }) => retryTask(actor, params.id, params.task_id, body.reason, call),
  replay,
);

export const listRunEvents = route(operations.listRunEvents, ({ actor, params, query }) =>
  listEvents(actor, params.id, query),
);
