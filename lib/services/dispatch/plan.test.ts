import { expect, test } from 'vitest';
import { laneOf } from './plan';

test('a registered endpoint has a lane of its own; the endpoints of single requests share their receiver’s', () => {
  expect(laneOf('acme', { endpoint_id: 'whe_1', kind: 'registered', url: 'https://a.example/x' })).toBe('whe_1');
  const inline = (url: string, tenant = 'acme') => laneOf(tenant, { endpoint_id: 'whe_2', kind: 'inline', url });
  expect(inline('https://a.example/x')).toBe(inline('https://a.example/y?z=1'));
  expect(inline('https://a.example/x')).not.toBe(inline('https://a.example:8443/x'));
  expect(inline('https://a.example/x')).not.toBe(inline('https://a.example/x', 'globex'));
});
