import { env } from '../env';

/** Where people land who did not come from anywhere. */
const HOME = '/queue';

/**
 * Where to go after signing in: a path of this console and nothing else, whatever was asked for. Other origins in every spelling the URL
 * parser knows (`//host`, `/\host`, tabs, `javascript:`), the API and the sign-in page itself lead home.
 */
export function toReturnPath(asked: string | null | undefined): string {
  const { origin } = new URL(env().NEXTAUTH_URL);
  if (typeof asked !== 'string' || !URL.canParse(asked, origin)) return HOME;
  const url = new URL(asked, origin);
  const { pathname } = url;
  if (url.origin !== origin || pathname.startsWith('//') || pathname === '/') return HOME;
  if (pathname === '/login' || pathname.startsWith('/api/')) return HOME;
  // What Next adds when it asks for a page's data.
  url.searchParams.delete('_rsc');
  return `${pathname}${url.search}${url.hash}`;
}
