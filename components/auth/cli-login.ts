/** What a command line asks for, as it stands in the address of the page. */
export interface CliLogin {
  /** Where it listens, on this computer. */
  port: number;
  /** It knows its own answer by this. */
  state: string;
  codeChallenge: string;
  /** The computer's name, as the command line says it. */
  host: string;
}

const TOKEN = /^[A-Za-z0-9_-]{43}$/;
const HOST = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** Reads the address; null unless it is one that a command line has made. A name that could say something else is left out. */
export function readCliLogin(query: Readonly<Record<string, string | string[] | undefined>>): CliLogin | null {
  const { port, state, challenge, host } = query;
  if (typeof port !== 'string' || !/^\d{4,5}$/.test(port) || Number(port) < 1024 || Number(port) > 65_535) return null;
  if (typeof state !== 'string' || !TOKEN.test(state)) return null;
  if (typeof challenge !== 'string' || !TOKEN.test(challenge)) return null;
  const named = typeof host === 'string' && HOST.test(host) ? host : 'this computer';
  return { port: Number(port), state, codeChallenge: challenge, host: named };
}

/** Where the code goes: this computer's own address and nowhere else (RFC 8252 §7.3). */
export function toLoopback({ port, state }: CliLogin, code: string): string {
  const url = new URL(`http://127.0.0.1:${port}/callback`);
  url.searchParams.set('code', code);
  url.searchParams.set('state', state);
  return url.href;
}
