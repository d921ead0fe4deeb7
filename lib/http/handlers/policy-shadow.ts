import { operations } from '@/lib/contracts';
import {
  compareShadow as compare,
  getPolicySet,
  shadowPolicySet as shadow,
  unshadowPolicySet as unshadow,
} from '@/lib/services/policy';
import { route } from '../route';

export const shadowPolicySet = route(
  operations.shadowPolicySet,
  ({ actor, params, body, call }) => shadow(actor, params.version, body.reason, call),
  { replay: ({ actor, resourceId }) => getPolicySet(actor, resourceId) },
);
export const unshadowPolicySet = route(
  operations.unshadowPolicySet,
  ({ actor, params, body, call }) => unshadow(actor, params.version, body.reason, call),
  { replay: ({ actor, resourceId }) => getPolicySet(actor, resourceId) },
);
export const compareShadow = route(operations.compareShadow, ({ actor, params, query }) =>
  compare(actor, params.version, query),
);
