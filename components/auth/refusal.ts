import { isApiProblem, type TenantChoice, tenantChoices } from '@/lib/client';

/** Why somebody is not in yet, as the page says it. */
export interface Refusal {
  message: string;
  /** How long to wait, where that is what it takes; in seconds. */
  retryAfterSeconds: number | null;
  /** Whether it is the password that should be typed again. */
  isPassword: boolean;
}

const MESSAGES: Readonly<Record<string, string>> = {
  'auth/wrong-credentials': 'The e-mail or the password is not right.',
  'auth/invalid-session':
    'Your session has ended. Sign in again: you come back to where you were, and your note is kept.',
  'auth/no-tenant': 'You are not a member of any tenant any more. Ask an owner to add you again.',
  'auth/choose-tenant': 'You are a member of several tenants. Say which one to sign in to.',
  'auth/throttled': 'Too many attempts.',
  'tenant/not-found': 'You are not a member of that tenant.',
  'input/invalid': 'The e-mail or the password is not right.',
  'client/unreachable': 'The server cannot be reached. Check the connection and try again.',
};
const OTHERWISE = 'Signing in did not work. Try again in a moment.';

/** A refusal by its problem code, from an answer or from the page's own address. */
export function toRefusal(code: string, retryAfterSeconds: number | null): Refusal {
  return {
    message: Object.hasOwn(MESSAGES, code) ? (MESSAGES[code] ?? OTHERWISE) : OTHERWISE,
    retryAfterSeconds,
    isPassword: code === 'auth/wrong-credentials',
  };
}

/** What a thrown value means for the page: a choice to make, or a refusal to show. */
export function readFailure(error: unknown): { tenants: TenantChoice[] } | { refusal: Refusal } {
  if (!isApiProblem(error)) return { refusal: toRefusal('', null) };
  const tenants = error.code === 'auth/choose-tenant' ? tenantChoices(error.members) : [];
  return tenants.length > 0 ? { tenants } : { refusal: toRefusal(error.code, error.retryAfter) };
}
