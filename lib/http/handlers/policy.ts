import { operations } from '@/lib/contracts';
import {
  evaluate,
  getLevels as get,
  getEmergencyStop as getStop,
  putLevels as put,
  putEmergencyStop as putStop,
  type VersionedLevels,
} from '@/lib/services/policy';
import { reply } from '../reply';
import { route } from '../route';

const withTag = ({ resource, etag }: VersionedLevels) => reply(resource, { headers: { etag } });

export const evaluatePolicy = route(operations.evaluatePolicy, ({ actor, body }) => evaluate(actor, body));
export const getLevels = route(operations.getLevels, async ({ actor }) => withTag(await get(actor)));
export const putLevels = route(operations.putLevels, async ({ actor, body, call }) =>
  withTag(await put(actor, body.levels, call)),
);
export const getEmergencyStop = route(operations.getEmergencyStop, ({ actor }) => getStop(actor));
export const putEmergencyStop = route(operations.putEmergencyStop, ({ actor, body }) => putStop(actor, body));
