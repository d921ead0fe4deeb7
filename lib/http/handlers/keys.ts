import { operations } from '@/lib/contracts';
import { createKey as create, getKey, listKeys as list, revokeKey as revoke } from '@/lib/services/keys';
import { route } from '../route';

export const listKeys = route(operations.listKeys, ({ actor, query }) => list(actor, query));

export const createKey = route(operations.createKey, ({ actor, body, call }) => create(actor, body, call), {
  replay: async ({ actor, resourceId }) => ({ ...(await getKey(actor, resourceId)), key: null }),
});

export const revokeKey = route(operations.revokeKey, ({ actor, params }) => revoke(actor, params.id));
