import { operations } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import {
  createEndpoint as create,
  listDeliveries as deliveries,
  findDelivery,
  getEndpoint,
  listEndpoints as list,
  getDelivery as readDelivery,
  deleteEndpoint as remove,
  rotateSecret,
  redeliver as sendAgain,
  testEndpoint as test,
  updateEndpoint as update,
} from '@/lib/services/webhooks';
import { route } from '../route';

interface Replayed {
  actor: Actor;
  resourceId: string;
}

/** Secrets are never replayed. */
const withoutSecret = {
  replay: async ({ actor, resourceId }: Replayed) => ({ ...(await getEndpoint(actor, resourceId)), secret: null }),
};
const asDelivery = { replay: ({ actor, resourceId }: Replayed) => findDelivery(actor, resourceId) };

export const listEndpoints = route(operations.listEndpoints, ({ actor, query }) => list(actor, query));

export const createEndpoint = route(
  operations.createEndpoint,
  ({ actor, body, call }) => create(actor, body, call),
  withoutSecret,
);

export const updateEndpoint = route(operations.updateEndpoint, ({ actor, params, body }) =>
  update(actor, params.id, body),
);

export const deleteEndpoint = route(operations.deleteEndpoint, ({ actor, params }) => remove(actor, params.id));

export const rotateEndpointSecret = route(
  operations.rotateEndpointSecret,
  ({ actor, params, body, call }) => rotateSecret(actor, params.id, body, call),
  withoutSecret,
);

export const testEndpoint = route(
  operations.testEndpoint,
  ({ actor, params, call }) => test(actor, params.id, call),
  asDelivery,
);

export const listDeliveries = route(operations.listDeliveries, ({ actor, query }) => deliveries(actor, query));

export const getDelivery = route(operations.getDelivery, ({ actor, params }) => readDelivery(actor, params.id));

export const redeliver = route(
  operations.redeliver,
  ({ actor, params, call }) => sendAgain(actor, params.id, call),
  asDelivery,
);
