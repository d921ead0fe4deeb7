import ipaddr from 'ipaddr.js';
import { env } from '@/lib/platform/env';
import { PEER_ADDRESS_HEADER } from './page-door';

/**
 * The address a call comes from: the socket's, as the page door noted it. `X-Forwarded-For` is something anybody can write, so it
 * counts only where the socket belongs to a proxy of TRUSTED_PROXY_CIDRS, and then from the right: the first address that is not one of
 * ours. Null when nothing is known (another server than ours).
 */
export function clientAddress(headers: Headers): string | null {
  const peer = toAddress(headers.get(PEER_ADDRESS_HEADER));
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
