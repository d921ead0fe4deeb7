import { type Client, createClient } from '@/lib/client';
import { type DecidingRole, ROLE_LEVELS } from './script';

/** Who plays: the software that asks, and the people who decide, each with a key of their own. */
export interface Company {
  tenantId: string;
  /** Asks and cancels; a service, so that it excludes nobody from deciding. */
  caller: Client;
  people: Record<DecidingRole, Client[]>;
}

/** The keys outlive the run by no more than this, whatever becomes of it. */
const KEYS_LIVE_MS = 6 * 60 * 60 * 1000;

const NAMES: Record<DecidingRole, readonly string[]> = {
  PRE_APPROVER: ['Iris', 'Jonas', 'Kaja', 'Lars'],
  ADMINISTRATION: ['Mira', 'Nils', 'Olga', 'Pim'],
  'BUDGET OWNER': ['Quint', 'Rosa', 'Sven', 'Tove'],
  SUPERVISOR: ['Uma', 'Viktor', 'Wies', 'Yara'],
};

/** Makes a tenant with its people and keys, through the API, as an administrator would. */
export async function foundCompany(
  admin: Client,
  connect: (token: string) => Client,
  tenantId: string,
  peoplePerRole: number,
): Promise<Company> {
  await admin.createTenant({ body: { tenant_id: tenantId, name: 'Travel desk (replay)' } });
  const expiresAt = new Date(Date.now() + KEYS_LIVE_MS).toISOString();
  const keyFor = async (
    name: string,
    scopes: ('requests:create' | 'requests:read' | 'requests:decide')[],
    memberId?: string,
  ) => {
    const { key } = await admin.createKey({
      body: { tenant_id: tenantId, name, scopes, expires_at: expiresAt, ...(memberId ? { member_id: memberId } : {}) },
    });
    if (key === null) throw new Error(`The key for ${name} was not shown`);
    return connect(key);
  };
  const people: Company['people'] = { PRE_APPROVER: [], ADMINISTRATION: [], 'BUDGET OWNER': [], SUPERVISOR: [] };
  for (const [role, level] of Object.entries(ROLE_LEVELS) as [DecidingRole, number][]) {
    for (let n = 0; n < peoplePerRole; n++) {
      const name = NAMES[role][n] ?? `${NAMES[role][n % NAMES[role].length]} ${Math.floor(n / NAMES[role].length) + 1}`;
      const member = await admin.createMember({
        body: {
          tenant_id: tenantId,
          email: `${role.toLowerCase().replaceAll(/[^a-z]/g, '-')}-${n + 1}@${tenantId}.example`,
          name,
          role: level >= 4 ? 'admin' : 'operator',
          level,
        },
      });
      people[role].push(await keyFor(`Decisions of ${name}`, ['requests:decide', 'requests:read'], member.member_id));
    }
  }
  return { tenantId, caller: await keyFor('Travel desk', ['requests:create', 'requests:read']), people };
}

/** How clients are made: with the real fetch, unless a test brings its own. */
export function connector(baseUrl: string, fetch?: typeof globalThis.fetch): (token: string) => Client {
  return (token) => createClient({ baseUrl, token, ...(fetch === undefined ? {} : { fetch }) });
}
