import { beforeAll, expect, test } from 'vitest';
import { api } from '@/lib/http/api';
import { setUp } from '@/lib/services/setup';
import { expectInvariants } from '@/lib/testing/invariants';
import { testDatabase } from '@/lib/testing/people';
import { type Company, connector, foundCompany } from './company';
import { readLog } from './log';
import { play } from './play';
import { describeFindings, isClean } from './report';
import { peopleNeeded, type Script, toScript } from './script';

const sql = testDatabase();
/** The API itself, without a server in between. */
const connect = connector('http://countersign.test', (url, init) => api(new Request(url, init)));
const scripts = (await readLog(`${import.meta.dirname}/fixture.jsonl`, Number.POSITIVE_INFINITY)).map(toScript);
let found: (tenantId: string) => Promise<Company>;

beforeAll(async () => {
  const { bootstrapKey } = await setUp({
    tenant: 'default',
    ownerEmail: null,
    ownerPassword: null,
    bootstrapKey: null,
  });
  found = (tenantId) => foundCompany(connect(bootstrapKey ?? ''), connect, tenantId, peopleNeeded(scripts));
});

test('the system ends every submission as the log does, and refuses what came late', async () => {
  const findings = await play(scripts, await found('replay-1'), 4);
  expect(findings).toMatchObject({
    cases: 10,
    casesWithoutRequest: 1,
    requests: 12,
    mismatches: [],
    errors: [],
    serverErrors: 0,
    late: 3,
    lateRefused: 3,
  });
  expect(Object.fromEntries(findings.log)).toEqual({ approved: 4, rejected: 4, cancelled: 2, open: 2 });
  expect(findings.system).toEqual(findings.log);
  expect(isClean(findings)).toBe(true);
  await expectInvariants(sql);
});

test('a different ending is a mismatch, a late act that is accepted an error, and neither is clean', async () => {
  const [case1, case2, ...rest] = structuredClone(scripts) as [Script, Script, ...Script[]];
  const [declared] = case1.submissions;
  const [refused] = case2.submissions;
  if (declared === undefined || refused === undefined) throw new Error('The fixture has changed');
  // As if the log had said so: case 1 was taken back, and the first vote on case 2 came after its end.
  declared.outcome = 'cancelled';
  for (const act of refused.acts.slice(0, 1)) act.late = true;
  const findings = await play([case1, case2, ...rest], await found('replay-2'), 4);
  expect(findings.mismatches).toEqual(['invented-1#1: cancelled in the log, approved in the system']);
  expect(findings.errors).toEqual(['invented-2#1: Declaration APPROVED by PRE_APPROVER came late and was accepted']);
  expect(isClean(findings)).toBe(false);
  expect(describeFindings(findings)).toMatch(/Mismatches +1\n/);
});

test('a server that is away is an error at every call, and still a table', async () => {
  const company = await found('replay-3');
  const gone = connector('http://countersign.test', () => Promise.reject(new TypeError('fetch failed')))('');
  const findings = await play(
    scripts.slice(0, 2),
    { ...company, caller: { ...gone, listRequests: company.caller.listRequests } },
    2,
  );
  expect(findings).toMatchObject({ requests: 0, serverErrors: 2 });
  expect(findings.mismatches).toHaveLength(2);
  expect(isClean(findings)).toBe(false);
});
