import { spawn } from 'node:child_process';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { CommandFailure } from './command-failure';

/** How long a person may take to sign in and click. */
const PATIENCE_MS = 5 * 60_000;

export interface BrowserCode {
  code: string;
  verifier: string;
}

export interface BrowserLoginOptions {
  /** The console's address. */
  url: string;
  /** Shows the address to the person, and may open it. */
  show: (address: string) => void;
  timeoutMs?: number;
}

/**
 * A code from the person's own browser: they sign in to the console there, allow it, and the browser brings the code to an address of this
 * computer (RFC 8252 §7.3) that only this process listens to. The code is of no use without the verifier, which never leaves this process (RFC 7636).
 * @throws CommandFailure when nobody comes.
 */
export async function codeFromBrowser({
  url,
  show,
  timeoutMs = PATIENCE_MS,
}: BrowserLoginOptions): Promise<BrowserCode> {
  const state = secret();
  const verifier = secret();
  const challenge = createHash('sha256').update(verifier, 'ascii').digest('base64url');
  const server = createServer();
  try {
    const port = await listen(server);
    const code = codeBroughtTo(server, port, state, timeoutMs);
    const asked = new URLSearchParams({ port: String(port), state, challenge, host: hostname() });
    show(`${url}/cli-login?${asked}`);
    return { code: await code, verifier };
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const secret = () => randomBytes(32).toString('base64url');

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // This computer alone can reach it, whatever its networks are.
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function codeBroughtTo(server: Server, port: number, state: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new CommandFailure('Nobody allowed it in time.')), timeoutMs);
    server.on('request', (request, response) => {
      const target = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
      // A page of another name that points here (DNS rebinding) asks under its own name.
      const isOurs =
        request.headers.host === `127.0.0.1:${port}` && request.method === 'GET' && target.pathname === '/callback';
      const code = target.searchParams.get('code');
      if (!isOurs || code === null || !isSame(target.searchParams.get('state') ?? '', state)) {
        return say(response, 400, 'This is not the answer that the command line waits for.');
      }
      clearTimeout(late);
      // The answer is on its way before the server closes.
      response.once('finish', () => resolve(code));
      say(response, 200, 'The command line is signed in. You can close this page.');
    });
  });
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'cache-control': 'no-store',
    // The address has the code in it; nobody who is linked here gets to know it.
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="en"><title>Countersign</title><body style="font: 16px/1.5 system-ui; margin: 20vh auto; max-width: 26rem; padding: 0 1rem"><p>${text}</p></body></html>`,
  );
}

const OPENERS: Partial<Record<NodeJS.Platform, [file: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  linux: ['xdg-open'],
};

/** Opens an address in the person's browser, where there is one. Whether it worked is for the person to see. */
export function openInBrowser(address: string): void {
  const opener = OPENERS[process.platform];
  if (opener === undefined) return;
  const [file, ...args] = opener;
  const child = spawn(file, [...args, address], { stdio: 'ignore', detached: true });
  child.once('error', () => {});
  child.unref();
}
