import { operations } from '@/lib/contracts';
import { getConfig as get, getConfigDrift as getDrift, putConfig as put } from '@/lib/services/config';
import { reply } from '../reply';
import { route } from '../route';

export const getConfig = route(operations.getConfig, async ({ actor }) => {
  const { text, etag } = await get(actor);
  return reply(text, { headers: { etag } });
});
export const putConfig = route(operations.putConfig, async ({ actor, query, body, source, call }) => {
  const wish = { body, text: source, dryRun: query.dry_run === 'true', reason: query.reason ?? null };
  const { report, etag } = await put(actor, wish, call);
  return reply(report, { headers: { etag } });
});
export const getConfigDrift = route(operations.getConfigDrift, ({ actor }) => getDrift(actor));
