import { operations } from '@/lib/contracts';
import * as me from '@/lib/services/me';
import { actorOfSession } from '../authenticate';
import { route } from '../route';

export const getMe = route(operations.getMe, ({ actor }) => Promise.resolve(me.getMe(actor)));
export const changePassword = route(operations.changePassword, ({ actor, body }) => me.changePassword(actor, body));
export const signOutEverywhere = route(operations.signOutEverywhere, ({ actor }) => me.signOutEverywhere(actor));
export const allowCliLogin = route(operations.allowCliLogin, ({ actor, body }) => me.allowCliLogin(actor, body));
/** Nobody is signed in here: the code says whose session allowed it, and that session is looked at as it is now. */
export const finishCliLogin = route(operations.finishCliLogin, async ({ body }) => {
  const grant = me.readCliCode(body);
  return me.finishCliLogin(await actorOfSession(grant), grant);
});
