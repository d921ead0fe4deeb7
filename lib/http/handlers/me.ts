import { operations } from '@/lib/contracts';
import * as me from '@/lib/services/me';
import { route } from '../route';

export const getMe = route(operations.getMe, ({ actor }) => Promise.resolve(me.getMe(actor)));
export const changePassword = route(operations.changePassword, ({ actor, body }) => me.changePassword(actor, body));
export const signOutEverywhere = route(operations.signOutEverywhere, ({ actor }) => me.signOutEverywhere(actor));
