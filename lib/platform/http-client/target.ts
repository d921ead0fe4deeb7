import { isIP } from 'node:net';
import { env } from '../env';
import { type AddressRange, addressFault, parseRanges } from './addresses';

let cached: { list: string; ranges: AddressRange[] } | null = null;

/**
 * The ranges of WEBHOOK_ALLOW_CIDRS.
 * @throws Error naming an entry that is not a range.
 */
export function allowedRanges(): readonly AddressRange[] {
  const list = env().WEBHOOK_ALLOW_CIDRS;
  if (cached?.list !== list) cached = { list, ranges: parseRanges(list) };
  return cached.ranges;
}

/** A URL's host as an address, where it is written as one. (The URL parser has resolved decimal, octal and hex spellings.) */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return isIP(bare) === 0 ? null : bare;
}

/**
 * Why nothing can ever be sent to this URL, in words for the person who wrote it; null when it may be tried. An early courtesy: what a
 * name resolves to is checked when the connection is made.
 */
export function findTargetFault(text: string): string | null {
  if (!URL.canParse(text)) return 'This is not a URL.';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'Only https, and http to allowed addresses.';
  if (url.username !== '' || url.password !== '') return 'A URL with a user name or password is not stored.';
  const secure = url.protocol === 'https:';
  const allowed = allowedRanges();
  const address = literalAddress(url.hostname);
  if (address !== null) {
    const fault = addressFault(address, secure, allowed);
    return fault === null ? null : `${url.hostname} is refused: it is ${fault}.`;
  }
  if (/^(.+\.)?localhost\.?$/.test(url.hostname)) {
    const reachable = ['127.0.0.1', '::1'].some((loopback) => addressFault(loopback, secure, allowed) === null);
    return reachable ? null : `${url.hostname} is refused: it is not a public address.`;
  }
  return secure || allowed.length > 0 ? null : 'Plain http is refused here: use https.';
}
