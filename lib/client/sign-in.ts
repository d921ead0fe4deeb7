import { readProblem } from './api-problem';
import { reach } from './client';

export interface Credentials {
  email: string;
  password: string;
  /** Which tenant; only people with several need to say. */
  tenantId?: string | undefined;
}

/** A tenant that somebody may sign in to. */
export interface TenantChoice {
  tenant_id: string;
  name: string;
}

/**
 * Signs in with the browser's cookie jar. The address is next-auth's and no operation, so it has no row in the contracts.
 * @throws ApiProblem `auth/wrong-credentials`, `auth/throttled` with `retryAfter`, `auth/no-tenant`, `auth/choose-tenant` (see
 * {@link tenantChoices}), `tenant/not-found`, `input/invalid`, `client/unreachable`.
 */
export async function signIn({ email, password, tenantId }: Credentials): Promise<void> {
  const form = new URLSearchParams({ email, password, json: 'true' });
  if (tenantId !== undefined) form.set('tenant_id', tenantId);
  const response = await reach(fetch, '/api/auth/callback/credentials', {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: form,
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
  });
  if (!response.ok) throw await readProblem(response);
}

/** The tenants that a problem `auth/choose-tenant` offers. */
export function tenantChoices(members: Readonly<Record<string, unknown>>): TenantChoice[] {
  const { tenants } = members;
  if (!Array.isArray(tenants)) return [];
  return tenants.filter(
    (one): one is TenantChoice => typeof one?.tenant_id === 'string' && typeof one?.name === 'string',
  );
}
