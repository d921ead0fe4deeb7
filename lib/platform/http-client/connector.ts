import dns, { type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { addressFault } from './addresses';
import { allowedRanges, literalAddress } from './target';

/** How names become addresses; the system's way unless a test brings its own. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/** Says that a connection was not made because of where it would have gone. */
export class AddressRefusedError extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

/** Look-ups under way, so that a name whose server does not answer occupies one thread and not one per delivery. */
const underWay = new Map<string, Promise<LookupAddress[]>>();

/** The system's resolver (hosts file, search domains), once at a time per name. */
export function resolveBySystem(hostname: string): Promise<LookupAddress[]> {
  const existing = underWay.get(hostname);
  if (existing !== undefined) return existing;
  const lookup = dns.promises.lookup(hostname, { all: true }).finally(() => underWay.delete(hostname));
  underWay.set(hostname, lookup);
  return lookup;
}

/**
 * A connector that checks every address a name resolves to in the very look-up that connects, so that nothing can change in between.
 * One refused address refuses them all.
 */
export function guardedConnector(connectTimeoutMs: number, resolve: Resolve): buildConnector.connector {
  const options = { timeout: connectTimeoutMs, allowH2: false };
  const connectors = {
    'https:': buildConnector({ ...options, lookup: guardedLookup(true, resolve) }),
    'http:': buildConnector({ ...options, lookup: guardedLookup(false, resolve) }),
  };
  return (target, callback) => {
    const secure = target.protocol === 'https:';
    const address = literalAddress(target.hostname);
    const fault = address === null ? null : addressFault(address, secure, allowedRanges());
    // A literal address is connected to without a look-up.
    if (fault !== null) return callback(new AddressRefusedError(`${target.hostname} is refused: it is ${fault}`), null);
    return connectors[secure ? 'https:' : 'http:'](target, callback);
  };
}

function guardedLookup(secure: boolean, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    checkedAddresses(hostname, secure, resolve).then(
      (addresses) => {
        const [first] = addresses;
        if (options.all === true || first === undefined) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}

async function checkedAddresses(hostname: string, secure: boolean, resolve: Resolve): Promise<LookupAddress[]> {
  const addresses = await resolve(hostname);
  if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
  for (const { address } of addresses) {
    const fault = addressFault(address, secure, allowedRanges());
    // The address itself stays unsaid: it may be a name's private one.
    if (fault !== null) throw new AddressRefusedError(`${hostname} is refused: what it resolves to is ${fault}`);
  }
  return addresses;
}
