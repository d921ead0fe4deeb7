import { expect, test, vi } from 'vitest';
import { isAppError } from '@/lib/domain/errors';
import { addKey, addPerson, addTenant, testDatabase } from '@/lib/testing/people';
import { evaluate, getEmergencyStop, putEmergencyStop } from '.';

const sql = testDatabase();

/** What the configuration promises: no answer is older. */
const STALE_MS = 2000;

test('a stop that another process makes denies here too, before an answer can be two seconds old, and ends as it began', async () => {
  await addTenant(sql, 'acme');
  await addTenant(sql, 'globex');
  const ask = async (tenantId: string) => {
    const { actor } = await addKey(sql, tenantId, ['*']);
    return () => evaluate(actor, { policy_type: 'cost', skill_id: 'x', tenant_id: tenantId, payload: {} });
  };
  const [here, elsewhere] = [await ask('acme'), await ask('globex')];
  expect((await here()).decision).toBe('requires_approval');
  await sql(
    `UPDATE tenants SET emergency_stop = true, emergency_stop_reason = 'Leak', config_version = config_version + 1
     WHERE tenant_id = 'acme'`,
  );
  await vi.waitFor(
    async () =>
      expect(await here()).toMatchObject({
        decision: 'deny',
        reasons: ['The emergency stop is on: Leak'],
        violations: [{ type: 'EmergencyStop' }],
      }),
    { timeout: STALE_MS, interval: 20 },
  );
  expect((await elsewhere()).decision).toBe('requires_approval');
  await sql(`UPDATE tenants SET emergency_stop = false, config_version = config_version + 1 WHERE tenant_id = 'acme'`);
  await vi.waitFor(async () => expect((await here()).decision).toBe('requires_approval'), {
    timeout: STALE_MS,
    interval: 20,
  });
});

test('who switches it reads at once what they switched, and a credential that has ended switches nothing', async () => {
  await addTenant(sql, 'initech');
  const owner = await addPerson(sql, 'initech', 'owner');
  expect(await putEmergencyStop(owner.actor, { active: true, reason: 'Leak' })).toEqual({
    tenant_id: 'initech',
    active: true,
    reason: 'Leak',
  });
  await sql('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [owner.memberId]);
  const refused = await putEmergencyStop(owner.actor, { active: false, reason: 'No' }).catch((error: unknown) => error);
  expect(isAppError(refused) && refused.code).toBe('access/forbidden');
  expect(await getEmergencyStop(owner.actor)).toMatchObject({ active: true });
});
