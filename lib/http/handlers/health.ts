import { operations } from '@/lib/contracts';
import { AppError } from '@/lib/domain/errors';
import { buildOpenapi } from '@/lib/openapi';
import { equalInConstantTime } from '@/lib/platform/crypto';
import { env } from '@/lib/platform/env';
import { checkReadiness, renderMetrics } from '@/lib/services/operations';
import { reply } from '../reply';
import { route } from '../route';

export const getHealth = route(operations.getHealth, async () => ({ status: 'ok' as const }));

export const getReadiness = route(operations.getReadiness, async () => {
  const readiness = await checkReadiness();
  return reply(readiness, readiness.status === 'unavailable' ? { status: 503, headers: { 'retry-after': '1' } } : {});
});

export const getMetrics = route(operations.getMetrics, async ({ request }) => {
  const { METRICS_TOKEN: token } = env();
  const given = /^Bearer +(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  if (token === undefined || !equalInConstantTime(given, token)) throw new AppError('auth/required');
  const { text, contentType } = await renderMetrics();
  return new Response(text, { headers: { 'content-type': contentType, 'cache-control': 'no-store' } });
});

export const getOpenapi = route(operations.getOpenapi, async () => buildOpenapi());
