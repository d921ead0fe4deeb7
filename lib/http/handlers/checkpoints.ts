import { operations } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { commandCheckpoint, getCheckpoint as get, listCheckpoints as list } from '@/lib/services/requests';
import { route } from '../route';

const replay = {
  replay: ({ actor, resourceId }: { actor: Actor; resourceId: string }) => get(actor, resourceId),
};

export const listCheckpoints = route(operations.listCheckpoints, ({ actor, query }) => list(actor, query));

export const getCheckpoint = route(operations.getCheckpoint, ({ actor, params }) => get(actor, params.id));

export const approveCheckpoint = route(
  operations.approveCheckpoint,
  ({ actor, params, body, call }) =>
    commandCheckpoint(
      actor,
      params.id,
      { type: 'approve', level: body.level ?? undefined, notes: body.notes ?? undefined },
      call,
      body.approval_data ?? null,
    ),
  replay,
);

export const signCheckpoint = route(
  operations.signCheckpoint,
  ({ actor, params, body, call }) =>
    commandCheckpoint(
      actor,
      params.id,
      { type: 'approve', level: body.level ?? undefined, notes: body.notes ?? undefined },
      call,
      body.approval_data ?? null,
    ),
  replay,
);

export const rejectCheckpoint = route(
  operations.rejectCheckpoint,
  ({ actor, params, body, call }) =>
    commandCheckpoint(
      actor,
      params.id,
      { type: 'reject', level: body.level ?? undefined, notes: body.reason },
      call,
      null,
    ),
  replay,
);
