import { randomBytes } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { equalInConstantTime } from '@/lib/platform/crypto';
import { env } from '@/lib/platform/env';
import { perProcess } from '@/lib/platform/process-wide';

const PEER_HEADER = 'x-countersign-peer';

/** Goes before the address that the page door notes. No client knows it, so where Next serves without that door nobody can forge one. */
const seal = () => perProcess('peer-seal', () => randomBytes(16).toString('hex'));

/** Notes the socket's address, so that pages and next-auth learn it. Whatever the client sent under this name is replaced. */
export function notePeer(headers: Record<string, unknown>, address: string | undefined): void {
  headers[PEER_HEADER] = `${seal()} ${address ?? ''}`;
}

function notedPeer(headers: Headers): string | null {
  const [sealed = '', address = ''] = (headers.get(PEER_HEADER) ?? '').split(' ');
  return equalInConstantTime(sealed, seal()) ? address : null;
}

/**
 * The address a call comes from: the socket's, as the page door noted it. `X-Forwarded-For` is something anybody can write, so it
 * counts only where the socket belongs to a proxy of TRUSTED_PROXY_CIDRS, and then from the right: the first address that is not one of
 * ours. Null when nothing is known (another server than ours, whatever its clients say).
 */
export function clientAddress(headers: Headers): string | null {
  const peer = toAddress(notedPeer(headers));
  const hops = (headers.get('x-forwarded-for') ?? '').split(',').map((hop) => toAddress(hop.trim()));
  let address = peer;
  for (const hop of hops.reverse()) {
    if (address === null || !isTrustedProxy(address) || hop === null) break;
    address = hop;
  }
  return address?.toString() ?? null;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

function toAddress(text: string | null): Address | null {
  const bare = text?.split('%')[0] ?? '';
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : null;
}

function isTrustedProxy(address: Address): boolean {
  return trustedRanges().some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
}

/** @throws Error naming the entry that is none. */
function trustedRanges(): [Address, number][] {
  const entries = env()
    .TRUSTED_PROXY_CIDRS.split(/[\s,]+/)
    .filter((entry) => entry !== '');
  return entries.map((entry) => {
    const range = entry.includes('/') ? entry : `${entry}/${entry.includes(':') ? 128 : 32}`;
    if (!ipaddr.isValidCIDR(range)) throw new Error(`TRUSTED_PROXY_CIDRS: ${entry} is not a range of addresses`);
    return ipaddr.parseCIDR(range);
  });
}
