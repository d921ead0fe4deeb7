import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '@/lib/domain/errors';
import { hashPassword } from '@/lib/platform/auth';
import { resetEnv } from '@/lib/platform/env';
import { addMembership, addPerson, addTenant, type TestPerson, testDatabase } from '@/lib/testing/people';
import { signIn } from '.';

const RIGHT = 'correct horse battery staple';
const HOME = '203.0.113.7';
const sql = testDatabase();
let ada: TestPerson;
let rightHash: string;

beforeAll(async () => {
  rightHash = await hashPassword(RIGHT);
  await addTenant(sql, 'acme');
  await addTenant(sql, 'globex');
});
beforeEach(async () => {
  ada = await addPerson(sql, 'acme', 'operator');
  await sql('UPDATE users SET password_hash = $2 WHERE user_id = $1', [ada.userId, rightHash]);
  await sql('DELETE FROM login_attempts');
});

const attempt = (over: { email?: string; password?: string; tenantId?: string; address?: string | null } = {}) =>
  signIn({ email: ada.email, password: RIGHT, tenantId: null, address: HOME, userAgent: 'Firefox', ...over });
const fail = (over: Parameters<typeof attempt>[0] = {}) =>
  attempt({ password: 'a wrong one', ...over }).then(
    () => 'signed in',
    (error) => (error instanceof AppError ? error.code : error),
  );
const auditOf = (tenantId: string, userId: string) =>
  sql<{ action: string; actor: string; data: Record<string, unknown> }>(
    'SELECT action, actor, data FROM audit_log WHERE tenant_id = $1 AND target_id = $2 ORDER BY seq',
    [tenantId, userId],
  );
/** So many failures, so long ago: one that happens, and copies of it. */
async function failTimes(
  n: number,
  over: { email?: string; address?: string; minutesAgo?: number } = {},
): Promise<void> {
  const { minutesAgo = 0, ...who } = over;
  expect(await fail(who)).toBe('auth/wrong-credentials');
  await sql(
    `WITH one AS (SELECT * FROM login_attempts ORDER BY attempt_id DESC LIMIT 1), moved AS (
       UPDATE login_attempts a SET at = one.at - $2 * interval '1 minute' FROM one WHERE a.attempt_id = one.attempt_id)
     INSERT INTO login_attempts (account_hash, address, succeeded, at)
     SELECT account_hash, address, false, at - $2 * interval '1 minute' FROM one, generate_series(2, $1::int)`,
    [n, minutesAgo],
  );
}

test('the right password makes a session of one membership, whatever the case of the e-mail', async () => {
  const claims = await attempt({ email: ` ${ada.email.toUpperCase()} ` });
  expect(claims).toEqual({
    userId: ada.userId,
    memberId: ada.memberId,
    tenantId: 'acme',
    sessionVersion: 1,
    authTime: expect.any(Date),
  });
  expect(Math.abs(claims.authTime.getTime() - Date.now())).toBeLessThan(10_000);
});

test('signing in, and failing to as a known member, are kept in the audit log with time and address', async () => {
  await attempt();
  await fail();
  expect(await auditOf('acme', ada.userId)).toEqual([
    { action: 'session.started', actor: ada.userId, data: { address: HOME, user_agent: 'Firefox' } },
    { action: 'session.refused', actor: 'system', data: { email: ada.email, address: HOME, user_agent: 'Firefox' } },
  ]);
});

test('a wrong password, an unknown account, a disabled one and one without a password are refused alike', async () => {
  const noPassword = await addPerson(sql, 'acme', 'viewer');
  const disabled = await addPerson(sql, 'acme', 'viewer');
  await sql('UPDATE users SET disabled_at = now_ms(), password_hash = $2 WHERE user_id = $1', [
    disabled.userId,
    rightHash,
  ]);
  expect(await fail()).toBe('auth/wrong-credentials');
  expect(await fail({ password: RIGHT, email: 'nobody@example.com' })).toBe('auth/wrong-credentials');
  expect(await fail({ password: RIGHT, email: noPassword.email })).toBe('auth/wrong-credentials');
  expect(await fail({ password: RIGHT, email: disabled.email })).toBe('auth/wrong-credentials');
});

test('a refusal takes as long for an unknown account as for a known one', async () => {
  const took = async (email: string) => {
    const started = performance.now();
    await fail({ email });
    return performance.now() - started;
  };
  const known: number[] = [];
  const unknown: number[] = [];
  await took('warm@example.com');
  for (let i = 0; i < 6; i++) {
    known.push(await took(ada.email));
    unknown.push(await took(`nobody-${i}@example.com`));
  }
  // The fastest of each: what else the machine does only ever adds.
  const ratio = Math.min(...known) / Math.min(...unknown);
  expect(ratio).toBeGreaterThan(0.8);
  expect(ratio).toBeLessThan(1.25);
});

describe('people in several tenants', () => {
  test('are asked which, only after the right password, and may name one', async () => {
    await addMembership(sql, 'globex', ada.userId, ada.email, 'admin');
    await expect(attempt()).rejects.toMatchObject({
      code: 'auth/choose-tenant',
      extra: {
        tenants: [
          { tenant_id: 'acme', name: 'acme' },
          { tenant_id: 'globex', name: 'globex' },
        ],
      },
    });
    expect(await fail()).toBe('auth/wrong-credentials');
    expect(await attempt({ tenantId: 'globex' })).toMatchObject({ tenantId: 'globex' });
    await expect(attempt({ tenantId: 'elsewhere' })).rejects.toMatchObject({ code: 'tenant/not-found' });
  });

  test('a person who has left every tenant is told so', async () => {
    await sql('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [ada.memberId]);
    await expect(attempt()).rejects.toMatchObject({ code: 'auth/no-tenant' });
  });
});

describe('throttling', () => {
  test('after ten failures within a quarter of an hour an account waits for the oldest to pass', async () => {
    await failTimes(10, { minutesAgo: 5 });
    const error = await attempt({ address: '198.51.100.1' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'auth/throttled' });
    const wait = (error as AppError).retryAfterSeconds ?? 0;
    expect(wait).toBeGreaterThan(9 * 60);
    expect(wait).toBeLessThanOrEqual(10 * 60);
    await sql("UPDATE login_attempts SET at = at - interval '10 minutes'");
    expect(await fail({ password: RIGHT })).toBe('signed in');
  });

  test('who goes on failing waits longer', async () => {
    await failTimes(10, { minutesAgo: 115 });
    await failTimes(10, { minutesAgo: 16 });
    await expect(attempt({ address: null })).rejects.toMatchObject({ code: 'auth/throttled' });
    await sql("UPDATE login_attempts SET at = at - interval '10 minutes'");
    expect(await fail({ password: RIGHT })).toBe('signed in');
  });

  test('an unknown account is throttled like a known one, and what was typed is not kept', async () => {
    await failTimes(10, { email: 'nobody@example.com' });
    expect(await fail({ email: 'NOBODY@example.com' })).toBe('auth/throttled');
    expect(JSON.stringify(await sql('SELECT * FROM login_attempts'))).not.toContain('nobody');
  });

  test('a success wipes the slate clean', async () => {
    await failTimes(9);
    await attempt();
    await failTimes(9);
    expect(await fail({ password: RIGHT })).toBe('signed in');
  });

  test('a stranger who guesses does not lock a person out of where they work', async () => {
    await attempt();
    await failTimes(10, { address: '198.51.100.66' });
    expect(await fail({ address: '198.51.100.66' })).toBe('auth/throttled');
    expect(await fail({ address: '198.51.100.67' })).toBe('auth/throttled');
    expect(await fail({ password: RIGHT })).toBe('signed in');
  });

  test('an address that fails for many accounts waits, its neighbours do not; of IPv6 the network counts', async () => {
    await sql(
      `INSERT INTO login_attempts (account_hash, address, succeeded)
       SELECT 'somebody ' || n, a, false FROM generate_series(1, 50) n, unnest(ARRAY['${HOME}', '2001:db8:0:1::/64']) a`,
    );
    expect(await fail()).toBe('auth/throttled');
    expect(await fail({ address: '2001:db8:0:1:ffff::9' })).toBe('auth/throttled');
    expect(await fail({ address: '::ffff:203.0.113.7' })).toBe('auth/throttled');
    expect(await fail({ address: '203.0.113.8', password: RIGHT })).toBe('signed in');
    expect(await fail({ address: '2001:db8:0:2::9', password: RIGHT })).toBe('signed in');
  });

  test('sixty guesses at once get no further than ten one after the other', async () => {
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => fail()));
    expect(outcomes.filter((outcome) => outcome === 'auth/wrong-credentials')).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'auth/throttled')).toHaveLength(50);
    const kept = await sql<{ n: number }>('SELECT count(*)::int AS n FROM login_attempts');
    expect(kept).toEqual([{ n: 10 }]);
  });

  test('a storm of unknown accounts from one address leaves no more rows than its limit, and others get in', async () => {
    const storm = Array.from({ length: 300 }, (_, i) => fail({ email: `nobody-${i}@example.com`, address: HOME }));
    const outcomes = await Promise.all(storm);
    expect(new Set(outcomes)).toEqual(new Set(['auth/wrong-credentials', 'auth/throttled']));
    const kept = await sql<{ n: number }>('SELECT count(*)::int AS n FROM login_attempts');
    expect(kept[0]?.n).toBeLessThanOrEqual(50);
    expect(await fail({ password: RIGHT, address: '203.0.113.8' })).toBe('signed in');
  });

  test('RATE_LIMIT_ENABLED=false turns it off', async () => {
    vi.stubEnv('RATE_LIMIT_ENABLED', 'false');
    resetEnv();
    await failTimes(12);
    expect(await fail({ password: RIGHT })).toBe('signed in');
    vi.stubEnv('RATE_LIMIT_ENABLED', 'true');
    resetEnv();
  });
});
