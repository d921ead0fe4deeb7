import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type AddressRange = readonly [Address, number];

/** IPv6 addresses that are routed on the internet (RFC 4291, IANA): whatever lies outside is local, mapped or reserved. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];
/** A cloud's own service behind an address that looks public (Azure's WireServer). */
const METADATA = ['168.63.129.16'];

/**
 * Reads a list of ranges in CIDR notation, separated by commas or spaces; a bare address is a range of one.
 * @throws Error naming the entry that is none.
 */
export function parseRanges(list: string): AddressRange[] {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => {
      const text = entry.includes('/') ? entry : `${entry}/${entry.includes(':') ? 128 : 32}`;
      if (!ipaddr.isValidCIDR(text)) throw new Error(`WEBHOOK_ALLOW_CIDRS: ${entry} is not a range of addresses`);
      return ipaddr.parseCIDR(text);
    });
}

/**
 * Why a connection to this address must not be made, as "(it is) not …"; null when it may. Public addresses may be reached over TLS, those in `allowed` in
 * any way, and nothing else: not private, loopback, link-local, shared (RFC 6598), multicast, reserved or metadata addresses, nor IPv6
 * spellings that carry an IPv4 address inside (mapped, NAT64, 6to4, Teredo).
 */
export function addressFault(text: string, secure: boolean, allowed: readonly AddressRange[]): string | null {
  // Zones ("%eth0") name an interface of this machine, so they are local by nature.
  if (isIP(text) === 0 || text.includes('%')) return 'not a public address';
  const address = ipaddr.process(text);
  if (allowed.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))) return null;
  if (!isPublic(address)) return 'not a public address';
  return secure ? null : 'not an address that plain http is allowed to';
}

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  if (address.kind() === 'ipv6') return (address as ipaddr.IPv6).match(GLOBAL_IPV6);
  return !METADATA.includes(address.toString());
}
