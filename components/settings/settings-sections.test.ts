import { expect, test } from 'vitest';
import { permissionsOf, ROLES } from '@/lib/domain/access';
import { sectionsFor } from './settings-sections';

test('each role sees its parts of the settings, and the account is everybody’s', () => {
  const seen = ROLES.map((role) => sectionsFor(permissionsOf({ role, scopes: null })).map(({ label }) => label));
  expect(seen).toEqual([
    ['Account'],
    ['Account'],
    [
      'Members',
      'API keys',
      'Webhooks',
      'Approval levels',
      'Cost models',
      'Budgets',
      'Flags',
      'Configuration',
      'Account',
    ],
    [
      'Members',
      'API keys',
      'Webhooks',
      'Approval levels',
      'Cost models',
      'Budgets',
      'Flags',
      'Configuration',
      'Emergency stop',
      'Account',
    ],
  ]);
});
