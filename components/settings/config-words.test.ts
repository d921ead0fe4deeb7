import { expect, test } from 'vitest';
import type { ConfigDrift } from '@/lib/contracts';
import { describeDrift } from './config-words';

const drift = (over: Partial<ConfigDrift> = {}): ConfigDrift => ({
  tenant_id: 'acme',
  file: '/etc/acme.yaml',
  checked_at: '2026-01-01T00:00:00.000Z',
  fault: null,
  sections: [],
  ...over,
});
const levels = (differences: number) => ({ section: 'levels', differences, paths: [] });

// biome-ignore format: a table
test.each([
  [drift({ file: null, checked_at: null }), 'neutral', 'It is compared with no file'],
  [drift(), 'yes', 'The file says the same'],
  [drift({ fault: 'It cannot be read' }), 'no', 'The file could not be compared'],
  [drift({ sections: [levels(1)] }), 'open', 'The file differs in one place'],
  [drift({ sections: [levels(1), { ...levels(2), section: 'flags' }] }), 'open', 'The file differs in 3 places'],
])('how the file stands to what is so is said in words and in a hue', (given, tone, title) => {
  expect(describeDrift(given)).toMatchObject({ tone, title });
});
