import { expect, test } from 'vitest';
import { permissionsOf, ROLES } from '@/lib/domain/access';
import { placesFor } from './navigation';

test('each role is offered the places that it may open, and no other', () => {
  const offered = ROLES.map((role) => placesFor([...permissionsOf({ role, scopes: null })]).map(({ label }) => label));
  expect(offered).toEqual([
    ['Queue', 'Runs', 'Definitions', 'Insights', 'Settings'],
    ['Queue', 'Runs', 'Definitions', 'Insights', 'Audit', 'Settings'],
    ['Queue', 'Runs', 'Definitions', 'Insights', 'Audit', 'Policies', 'Settings'],
    ['Queue', 'Runs', 'Definitions', 'Insights', 'Audit', 'Policies', 'Settings'],
  ]);
});
