import { expect, test } from 'vitest';
import { permissionsOf, ROLES } from '@/lib/domain/access';
import { groupSections, SETTINGS_SECTIONS, sectionsFor } from './settings-sections';

const YOU = 'You: Account';
const ADMIN = [
  'People and access: Members, API keys',
  'Policy: Approval levels, Budgets, Cost models, Flags',
  'Integrations: Webhooks, Secrets, Configuration',
  YOU,
];

test('each role sees its parts of the settings by their groups, and the account is everybody’s', () => {
  const seen = ROLES.map((role) =>
    groupSections(sectionsFor(permissionsOf({ role, scopes: null }))).map(
      ({ group, sections }) => `${group}: ${sections.map(({ label }) => label).join(', ')}`,
    ),
  );
  const owner = ADMIN.with(1, 'Policy: Approval levels, Budgets, Cost models, Flags, Emergency stop');
  expect(seen).toEqual([[YOU], [YOU], ADMIN, owner]);
});

test('the table is in the order in which its groups are shown', () =>
  expect(groupSections(SETTINGS_SECTIONS).flatMap(({ sections }) => sections)).toEqual(SETTINGS_SECTIONS));
