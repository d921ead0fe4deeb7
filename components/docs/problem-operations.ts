import { type Operation, operations } from '@/lib/contracts';
import type { ProblemCode } from '@/lib/domain/errors';

/** Codes that are about one kind of thing come only from the operations on it. */
const ABOUT: Readonly<Record<string, string>> = {
  request: '/api/v1/policy/requests',
  review: '/api/v1/policy/requests',
  member: '/api/v1/members',
  key: '/api/v1/keys',
  endpoint: '/api/v1/webhooks/endpoints',
  delivery: '/api/v1/webhooks/deliveries',
  tenant: '/api/v1/tenants',
  policy: '/api/v1/policy/requests',
  config: '/api/v1/policy/levels',
  webhook: '/api/v1/webhooks/endpoints',
};

/** The operations that a code is about; empty where it may come from any of them. */
export function operationsAbout(code: ProblemCode): Operation[] {
  const all: Operation[] = Object.values(operations);
  const [kind = ''] = code.split('/');
  if (kind === 'idempotency') return all.filter(({ idempotent }) => idempotent === true);
  const root = ABOUT[kind];
  if (root === undefined) return [];
  const readsOnly = code.endsWith('/not-found');
  return all.filter(
    ({ path, method, params }) =>
      (path === root || path.startsWith(`${root}/`)) && (readsOnly ? params !== undefined : method !== 'GET'),
  );
}
