import type { Route } from '../route';
import * as checkpoints from './checkpoints';
import * as config from './config';
import * as dags from './dags';
import * as events from './events';
import * as exported from './exports';
import * as flags from './flags';
import * as health from './health';
import * as insights from './insights';
import * as keys from './keys';
import * as me from './me';
import * as members from './members';
import * as policy from './policy';
import * as policyRecords from './policy-records';
import * as policyReplays from './policy-replays';
import * as policyShadow from './policy-shadow';
import * as requests from './requests';
import * as runs from './runs';
import * as secrets from './secrets';
import * as tasks from './tasks';
import * as tenants from './tenants';
import * as webhooks from './webhooks';

const rooms = [
  policy,
  flags,
  config,
  policyRecords,
  policyReplays,
  policyShadow,
  requests,
  runs,
  checkpoints,
  dags,
  events,
  exported,
  insights,
  secrets,
  tasks,
  tenants,
  members,
  keys,
  me,
  webhooks,
  health,
];

/** Every route there is. A test holds them against the operations, one to one. */
export const routes: readonly Route[] = rooms.flatMap((room) =>
  Object.values(room as Record<string, unknown>).filter((value): value is Route => isRoute(value)),
);

function isRoute(value: unknown): value is Route {
  return typeof value === 'function' && 'operation' in value;
}
