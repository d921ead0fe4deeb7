import { operations } from '@/lib/contracts';
import { createTenant as create, getTenant, listTenants as list } from '@/lib/services/tenants';
import { route } from '../route';

export const listTenants = route(operations.listTenants, ({ actor, query }) => list(actor, query));

export const createTenant = route(operations.createTenant, ({ actor, body, call }) => create(actor, body, call), {
  replay: ({ resourceId }) => getTenant(resourceId),
});
