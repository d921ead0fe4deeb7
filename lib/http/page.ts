import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { type Actor, can, type Permission } from '@/lib/domain/access';
import { isAppError, PROBLEMS, type ProblemCode } from '@/lib/domain/errors';
import { toReturnPath } from '@/lib/platform/auth';
import { env } from '@/lib/platform/env';
import { authenticate } from './authenticate';
import { PAGE_PATH_HEADER } from './page-door';

export { toReturnPath };

/** The headers that say who is asking. */
const CREDENTIALS = ['authorization', 'cookie', 'x-user-rbac-role'] as const;

/**
 * Who opens this page, by the same `authenticate` as the API's doors; called by every `page.tsx` itself, never only by a layout.
 * Without a valid credential it redirects to `/login`, which says so where a session has ended, and back afterwards; without the permission the page does not exist.
 */
export async function requirePageActor(permission?: Permission): Promise<Actor> {
  const actor = await readPageActor();
  if (typeof actor === 'string') {
    const from = (await headers()).get(PAGE_PATH_HEADER);
    const ended = actor === 'auth/invalid-session' ? `&error=${encodeURIComponent(actor)}` : '';
    redirect(`/login?callbackUrl=${encodeURIComponent(toReturnPath(from))}${ended}`);
  }
  if (permission !== undefined && !can(actor, permission)) notFound();
  return actor;
}

/** The same, for pages that are there for everybody: null when nobody is signed in. */
export async function findPageActor(): Promise<Actor | null> {
  const actor = await readPageActor();
  return typeof actor === 'string' ? null : actor;
}

/** Who is asking, or why nobody is. */
async function readPageActor(): Promise<Actor | ProblemCode> {
  const incoming = await headers();
  const kept = new Headers();
  for (const name of CREDENTIALS) {
    const value = incoming.get(name);
    if (value !== null) kept.set(name, value);
  }
  try {
    return await authenticate(new Request(env().NEXTAUTH_URL, { headers: kept }));
  } catch (error) {
    if (isAppError(error) && PROBLEMS[error.code].status === 401) return error.code;
    throw error;
  }
}
