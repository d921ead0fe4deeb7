import { expect, test } from 'vitest';
import { permissionsOf, ROLES } from '@/lib/domain/access';
import { placesFor } from './navigation';

test('each role is offered the places that it may open, and no other', () => {
  const offered = ROLES.map((role) => placesFor([...permissionsOf({ role, scopes: null })]).map(({ label }) => label));
  expect(offered).toEqual([
    ['Queue', 'Runs', 'Insights', 'Settings'],
    ['Queue', 'Runs', 'Insights', 'Audit', 'Settings'],
    ['Queue', 'Runs', 'Insights', 'Audit', 'Policies', 'Settings'],
    ['Queue', 'Runs', 'Insights', 'Audit', 'Policies', 'Settings'],
  ]);
});
