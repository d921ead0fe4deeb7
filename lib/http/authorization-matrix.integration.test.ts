import { beforeAll, expect, test, vi } from 'vitest';
import { type Operation, type OperationId, operations } from '@/lib/contracts';
import { permissionsOf, type Scope } from '@/lib/domain/access';
import { hashPassword } from '@/lib/platform/auth';
import { resetEnv } from '@/lib/platform/env';
import { type Caller, nobody, toRequest, withKey, withSession } from '@/lib/testing/calls';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, EVERY_SCOPE, testDatabase } from '@/lib/testing/people';
import { PASSWORD, type SampleCalls, sampleCalls } from '@/lib/testing/sample-calls';
import { api } from './api';

const sql = testDatabase();
const STAR: Scope[] = ['*'];
const ALL: Scope[] = [...EVERY_SCOPE];

let calls: SampleCalls;
let passwordHash: string;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  await addTenant(sql, 'globex');
  await addTenant(sql, 'default');
  await sql(`INSERT INTO policy_approval_levels (tenant_id, level) VALUES ('acme', 1)`);
  calls = await sampleCalls(sql, 'acme');
  passwordHash = await hashPassword(PASSWORD);
  vi.stubEnv('METRICS_TOKEN', 'a token for metrics');
  resetEnv();
});

type Role = 'viewer' | 'operator' | 'admin' | 'owner';

async function session(role: Role, level?: number, tenantId = 'acme'): Promise<Caller> {
  const person = await addPerson(sql, tenantId, role, level === undefined ? {} : { level });
  await sql('UPDATE users SET password_hash = $1 WHERE user_id = $2', [passwordHash, person.userId]);
  return withSession(person);
}

async function memberKey(role: Role, scopes: Scope[]): Promise<Caller> {
  return withKey(await addKey(sql, 'acme', scopes, { person: await addPerson(sql, 'acme', role) }));
}

/** Who calls: a column each, and every call is made by somebody new. */
const CALLERS = {
  nobody: async () => nobody,
  viewer: () => session('viewer'),
  'oper.1': () => session('operator', 1),
  'oper.3': () => session('operator', 3),
  admin: () => session('admin'),
  owner: () => session('owner'),
  'k.view': () => memberKey('viewer', STAR),
  'k.oper': () => memberKey('operator', STAR),
  'k.owner': () => memberKey('owner', STAR),
  'k.own+': () => memberKey('owner', ALL),
  's.ask': async () => withKey(await addKey(sql, 'acme', ['requests:create', 'requests:read'])),
  's.star': async () => withKey(await addKey(sql, 'acme', STAR)),
  's.all': async () => withKey(await addKey(sql, 'acme', ALL)),
  boot: async () => withKey(await addKey(sql, 'default', ALL, { allTenants: true })),
  other: () => session('owner', undefined, 'globex'),
} as const satisfies Record<string, () => Promise<Caller>>;
type CallerName = keyof typeof CALLERS;
const NAMES = Object.keys(CALLERS) as CallerName[];

/** Operations whose call names acme, in its query or body. */
const naming = new Set<OperationId>();

/** `+` for success, else the status. A machine that is too busy for it is asked again. */
async function ask(id: OperationId, caller: CallerName): Promise<string> {
  for (;;) {
    const [as, input] = await Promise.all([CALLERS[caller](), calls[id]()]);
    if (JSON.stringify(input).includes('"tenant_id":"acme"')) naming.add(id);
    const response = await api(toRequest(operations[id], { ...input, as }));
    await response.body?.cancel();
    if (response.status !== 503) return response.ok ? '+' : String(response.status);
  }
}

function draw(cells: Record<string, readonly string[]>): string {
  const row = (first: string, rest: readonly string[]) =>
    `\n${[first.padEnd(21), ...rest.map((cell) => cell.padEnd(8))].join('').trimEnd()}`;
  return [row('', NAMES), ...Object.entries(cells).map(([id, rest]) => row(id, rest))].join('');
}

// `k.` a member's key, `s.` a service key, `+` every scope, `boot` the bootstrap key, `other` another tenant's owner who names acme.
// biome-ignore format: a table
const MATRIX = `
                     nobody  viewer  oper.1  oper.3  admin   owner   k.view  k.oper  k.owner k.own+  s.ask   s.star  s.all   boot    other
evaluatePolicy       401     403     +       +       +       +       403     +       +       +       403     +       +       +       404
evaluatePolicyBatch  401     403     +       +       +       +       403     +       +       +       403     +       +       +       404
listPolicySets       401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
createPolicySet      401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getPolicySet         401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
activatePolicySet    401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
retirePolicySet      401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
shadowPolicySet      401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
unshadowPolicySet    401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
compareShadow        401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
createReplay         401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
listReplays          401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getReplay            401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
cancelReplay         401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
checkPolicyRule      401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
draftPolicyRule      401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
listEvaluations      401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getEvaluation        401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getRecording         401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
putRecording         401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getLevels            401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
putLevels            401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getCostModels        401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
putCostModels        401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
listCostVersions     401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
trustCostModel       401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getBudgets           401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
putBudgets           401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getFlags             401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
putFlags             401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getConfig            401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
putConfig            401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getConfigDrift       401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getEmergencyStop     401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
putEmergencyStop     401     403     403     403     403     +       403     403     +       +       403     403     403     +       404
createRequest        401     403     +       +       +       +       403     +       +       +       +       +       +       +       404
listRequests         401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
getRequest           401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
approveRequest       401     403     +       +       +       +       403     +       +       +       403     403     403     403     404
rejectRequest        401     403     +       +       +       +       403     +       +       +       403     403     403     403     404
cancelRequest        401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
commentRequest       401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
reportOutcome        401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getBudgetDraws       401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
getEligibleApprovers 401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
getPrecedents        401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
listDags             401     +       +       +       +       +       +       +       +       +       403     +       +       +       404
getDag               401     +       +       +       +       +       +       +       +       +       403     +       +       +       404
putDag               401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
listDagVersions      401     +       +       +       +       +       +       +       +       +       403     +       +       +       404
lintDag              401     +       +       +       +       +       +       +       +       +       403     +       +       +       404
startRun             401     403     +       +       +       +       403     +       +       +       403     +       +       +       404
listRuns             401     +       +       +       +       +       +       +       +       +       403     +       +       +       404
getRun               401     +       +       +       +       +       +       +       +       +       403     +       +       +       404
resumeRun            401     403     +       +       +       +       403     +       +       +       403     +       +       +       404
cancelRun            401     403     +       +       +       +       403     +       +       +       403     +       +       +       404
retryRunTask         401     403     +       +       +       +       403     +       +       +       403     +       +       +       404
listRunEvents        401     +       +       +       +       +       +       +       +       +       403     +       +       +       404
listCheckpoints      401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
getCheckpoint        401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
approveCheckpoint    401     403     +       +       +       +       403     +       +       +       403     403     403     403     404
signCheckpoint       401     403     +       +       +       +       403     +       +       +       403     403     403     403     404
rejectCheckpoint     401     403     +       +       +       +       403     +       +       +       403     403     403     403     404
listEvents           401     403     +       +       +       +       403     +       +       +       +       +       +       +       404
streamEvents         401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
verifyAudit          401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
exportRequestsCsv    401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
exportEventsCsv      401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
exportEventsJsonl    401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
exportCheckpoints    401     +       +       +       +       +       +       +       +       +       403     +       +       +       404
exportRunState       401     +       +       +       +       +       +       +       +       +       403     +       +       +       404
exportRunEvents      401     +       +       +       +       +       +       +       +       +       403     +       +       +       404
getTimeToApprove     401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
getVolume            401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
getBacklog           401     +       +       +       +       +       +       +       +       +       +       +       +       +       404
listTenants          401     403     403     403     403     +       403     403     403     +       403     403     +       +       +
createTenant         401     403     403     403     403     +       403     403     403     +       403     403     +       +       +
listMembers          401     403     403     403     +       +       403     403     403     +       403     403     +       +       404
createMember         401     403     403     403     +       +       403     403     403     +       403     403     +       +       404
updateMember         401     403     403     403     +       +       403     403     403     +       403     403     +       +       404
removeMember         401     403     403     403     +       +       403     403     403     +       403     403     +       +       404
listKeys             401     403     403     403     +       +       403     403     403     +       403     403     +       +       404
createKey            401     403     403     403     +       +       403     403     403     +       403     403     +       +       404
revokeKey            401     403     403     403     +       +       403     403     403     +       403     403     +       +       404
getMe                401     +       +       +       +       +       +       +       +       +       +       +       +       +       +
changePassword       401     +       +       +       +       +       403     403     403     403     403     403     403     403     +
signOutEverywhere    401     +       +       +       +       +       403     403     403     403     403     403     403     403     +
allowCliLogin        401     +       +       +       +       +       403     403     403     403     403     403     403     403     +
finishCliLogin       +       +       +       +       +       +       +       +       +       +       +       +       +       +       +
listEndpoints        401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
createEndpoint       401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
updateEndpoint       401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
deleteEndpoint       401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
rotateEndpointSecret 401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
testEndpoint         401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
listDeliveries       401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
getDelivery          401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
redeliver            401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
listSecrets          401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
putSecret            401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
deleteSecret         401     403     403     403     +       +       403     403     +       +       403     +       +       +       404
leaseTasks           401     403     403     403     403     403     403     +       +       +       403     +       +       +       403
heartbeatTask        401     403     403     403     403     403     403     +       +       +       403     +       +       +       403
completeTask         401     403     403     403     403     403     403     +       +       +       403     +       +       +       403
failTask             401     403     403     403     403     403     403     +       +       +       403     +       +       +       403
getHealth            +       +       +       +       +       +       +       +       +       +       +       +       +       +       +
getReadiness         +       +       +       +       +       +       +       +       +       +       +       +       +       +       +
getMetrics           401     401     401     401     401     401     401     401     401     401     401     401     401     401     401
getOpenapi           +       +       +       +       +       +       +       +       +       +       +       +       +       +       +`;

test('everybody may call exactly this', { timeout: 240_000 }, async () => {
  const asked: Record<string, string[]> = {};
  for (const id of Object.keys(operations) as OperationId[]) {
    asked[id] = await Promise.all(NAMES.map((caller) => ask(id, caller)));
  }
  expect(draw(asked)).toBe(MATRIX);
  await expectInvariants(sql);
});

/** What a caller may do, by the domain's tables of roles and scopes (which have a literal test of their own). */
const PERMISSIONS: Record<CallerName, ReadonlySet<string>> = {
  nobody: new Set(),
  viewer: permissionsOf({ role: 'viewer', scopes: null }),
  'oper.1': permissionsOf({ role: 'operator', scopes: null }),
  'oper.3': permissionsOf({ role: 'operator', scopes: null }),
  admin: permissionsOf({ role: 'admin', scopes: null }),
  owner: permissionsOf({ role: 'owner', scopes: null }),
  'k.view': permissionsOf({ role: 'viewer', scopes: STAR }),
  'k.oper': permissionsOf({ role: 'operator', scopes: STAR }),
  'k.owner': permissionsOf({ role: 'owner', scopes: STAR }),
  'k.own+': permissionsOf({ role: 'owner', scopes: ALL }),
  's.ask': permissionsOf({ role: null, scopes: ['requests:create', 'requests:read'] }),
  's.star': permissionsOf({ role: null, scopes: STAR }),
  's.all': permissionsOf({ role: null, scopes: ALL }),
  boot: permissionsOf({ role: null, scopes: ALL, ownersToo: true }),
  other: permissionsOf({ role: 'owner', scopes: null }),
};

const SERVICES: readonly CallerName[] = ['s.ask', 's.star', 's.all', 'boot'];
const KEYS: readonly CallerName[] = ['k.view', 'k.oper', 'k.owner', 'k.own+', ...SERVICES];

/** Where the operation's permission is not all: who is refused although they have it, and why. */
const NO_SERVICE = {
  why: 'a service decides nothing in its own name',
  refused: (caller: CallerName) => SERVICES.includes(caller),
};

const EXCEPTIONS: Partial<Record<OperationId, { why: string; refused: (caller: CallerName) => boolean }>> = {
  approveRequest: NO_SERVICE,
  rejectRequest: NO_SERVICE,
  approveCheckpoint: NO_SERVICE,
  signCheckpoint: NO_SERVICE,
  rejectCheckpoint: NO_SERVICE,
  cancelRequest: {
    why: 'what somebody else asked is cancelled by who may manage requests',
    refused: (caller) => !PERMISSIONS[caller].has('requests:manage'),
  },
  reportOutcome: {
    why: 'what became of what somebody else asked is reported by who manages policy',
    refused: (caller) => !PERMISSIONS[caller].has('policy:manage'),
  },
  changePassword: { why: 'people look after their own account, signed in', refused: (caller) => KEYS.includes(caller) },
  allowCliLogin: { why: 'a code is a person’s, signed in', refused: (caller) => KEYS.includes(caller) },
  signOutEverywhere: {
    why: 'people look after their own account, signed in',
    refused: (caller) => KEYS.includes(caller),
  },
};

test('and that is what the contracts say, with these exceptions', () => {
  const rows = Object.values(operations).map((operation) => [
    operation.id,
    NAMES.map((caller) => expectation(operation, caller)),
  ]);
  expect(draw(Object.fromEntries(rows))).toBe(MATRIX);
});

function expectation(operation: Operation, caller: CallerName): string {
  const { access } = operation;
  const id = operation.id as OperationId;
  if (id === 'getMetrics') return '401';
  if (access === 'public') return '+';
  if (caller === 'nobody') return '401';
  if (access !== 'authenticated' && !PERMISSIONS[caller].has(access)) return '403';
  if (caller === 'other' && naming.has(id)) return '404';
  return EXCEPTIONS[id]?.refused(caller) ? '403' : '+';
}
