import { type Client, createClient } from '@/lib/client';
import type { TerminalEnv } from '@/lib/platform/env';
import { CommandFailure, wrongUsage } from './command-failure';
import { readLogins } from './saved-logins';

const HERE = 'http://localhost:3000';

export interface Server {
  url: string;
  token: string | null;
}

/**
 * Which server is meant: `COUNTERSIGN_URL`, else the one of the last login, else this machine's. The key is `COUNTERSIGN_TOKEN`, else the
 * one that was saved for this very address.
 * @throws CommandFailure for an address that is none.
 */
export async function findServer(env: TerminalEnv): Promise<Server> {
  // Who says everything needs no file.
  if (env.url !== null && env.token !== null) return { url: toServerUrl(env.url), token: env.token };
  const logins = await readLogins(env.configHome);
  const url = toServerUrl(env.url ?? logins.current ?? HERE);
  return { url, token: env.token ?? logins.servers[url]?.token ?? null };
}

/** An address as it is compared and called: without a slash at the end. */
export function toServerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw wrongUsage(`COUNTERSIGN_URL is “${text}”, which is no http or https address.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw wrongUsage('COUNTERSIGN_URL carries a password. The key belongs into COUNTERSIGN_TOKEN.');
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** The header by which the server is asked for a lower role (docs/decisions/0016-signing-in.md). */
const ROLE_HEADER = 'x-user-rbac-role';

/** The typed client of a server. What `USER_RBAC_ROLE` says travels with every call. */
export function connect({ url, token }: Server, role: string | null): Client {
  return createClient({ baseUrl: url, ...(token === null ? {} : { token }), fetch: withRole(role) });
}

function withRole(role: string | null): typeof fetch {
  if (role === null) return fetch;
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set(ROLE_HEADER, role);
    return fetch(input, { ...init, headers });
  };
}

/** @throws CommandFailure without a key. */
export function assertToken({ url, token }: Server): void {
  if (token !== null) return;
  throw new CommandFailure(`No API key for ${url}. Set COUNTERSIGN_TOKEN, or run: countersign login`);
}
