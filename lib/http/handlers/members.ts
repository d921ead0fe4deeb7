import { operations } from '@/lib/contracts';
import {
  createMember as create,
  getMember,
  listMembers as list,
  removeMember as remove,
  updateMember as update,
} from '@/lib/services/members';
import { route } from '../route';

export const listMembers = route(operations.listMembers, ({ actor, query }) => list(actor, query));

export const createMember = route(operations.createMember, ({ actor, body, call }) => create(actor, body, call), {
  replay: ({ actor, resourceId }) => getMember(actor, resourceId),
});

export const updateMember = route(operations.updateMember, ({ actor, params, body }) => update(actor, params.id, body));

export const removeMember = route(operations.removeMember, ({ actor, params }) => remove(actor, params.id));
