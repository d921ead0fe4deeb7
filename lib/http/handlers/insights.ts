import { operations } from '@/lib/contracts';
import { getBacklog as backlog, getTimeToApprove as timeToApprove, getVolume as volume } from '@/lib/services/insights';
import { route } from '../route';

export const getTimeToApprove = route(operations.getTimeToApprove, ({ actor, query }) => timeToApprove(actor, query));
export const getVolume = route(operations.getVolume, ({ actor, query }) => volume(actor, query));
export const getBacklog = route(operations.getBacklog, ({ actor }) => backlog(actor));
