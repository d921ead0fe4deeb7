import { expect, test } from 'vitest';
import { addressFault, parseRanges } from './addresses';

const REFUSED = `
0.0.0.0 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
255.255.255.255 168.63.129.16 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:a9fe:a9fe ::ffff:0:127.0.0.1
64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::7f00:1 2002:7f00:1:: 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 2001:20::1
fe80::1 fe80::1%eth0 fec0::1 fc00::1 fd00:ec2::254 ff02::1 100::1 3fff::1 5f00::1 example.com 1.2.3 `;

test.each(REFUSED.trim().split(/\s+/))('no delivery goes to %s, over TLS or not', (address) => {
  expect(addressFault(address, true, [])).not.toBeNull();
  expect(addressFault(address, false, [])).not.toBeNull();
});

test.each(['8.8.8.8', '168.63.129.17', '2606:4700::1111', '2a00:1450::1'])('%s is reached over TLS only', (address) => {
  expect(addressFault(address, true, [])).toBeNull();
  expect(addressFault(address, false, [])).toBe('not an address that plain http is allowed to');
});

test('an allowed range is reached over TLS and without, in every spelling of its addresses, and nothing beside it', () => {
  const allowed = parseRanges('127.0.0.0/8, fd00::/8 10.1.2.3');
  for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '127.9.9.9', 'fd00::1', '10.1.2.3']) {
    expect(addressFault(address, false, allowed)).toBeNull();
    expect(addressFault(address, true, allowed)).toBeNull();
  }
  for (const address of ['10.1.2.4', '::1', 'fe80::1']) expect(addressFault(address, true, allowed)).not.toBeNull();
});

test('a list of ranges with a mistake is refused by the name of the mistake', () => {
  expect(() => parseRanges('10.0.0.0/8, 10.0.0.0/33')).toThrow('10.0.0.0/33 is not a range');
  expect(() => parseRanges('internal')).toThrow('internal is not a range');
  expect(parseRanges('')).toEqual([]);
});
