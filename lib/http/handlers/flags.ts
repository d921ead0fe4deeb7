import { operations } from '@/lib/contracts';
import { getFlags as get, putFlags as put, type VersionedFlags } from '@/lib/services/flags';
import { reply } from '../reply';
import { route } from '../route';

const withTag = ({ resource, etag }: VersionedFlags) => reply(resource, { headers: { etag } });

export const getFlags = route(operations.getFlags, async ({ actor }) => withTag(await get(actor)));
export const putFlags = route(operations.putFlags, async ({ actor, body, call }) =>
  withTag(await put(actor, body, call)),
);
