import type { BodyInputOf, operations } from '@/lib/contracts';
import type { Chance } from './chance';
import type { AgentName, PersonName } from './people';

/** What software asks for, again and again, and who usually looks at it. */
export interface Story {
  agent: AgentName;
  ask: (chance: Chance) => Ask;
  /** Who decides, and who stands in or signs second. The second one's level is always enough, also after an escalation. */
  deciders: readonly [PersonName, PersonName];
  /** Policy allows it by itself: nobody decides it. */
  automatic?: true;
  /** What it costs is expected by a model and not said by the payload, so that it turns out a little otherwise. */
  estimated?: true;
  /** How many signatures it needs. */
  signatures: 1 | 2;
  /** Whose look is sometimes recorded first, below the level that is needed. */
  looks?: PersonName;
  /** The median wait for the first of them, in minutes. */
  medianMinutes: number;
  /** How often it comes up, beside the others. */
  weight: number;
  doubts: readonly string[];
  refusals: readonly string[];
  nods: readonly string[];
}

/** A request without what every one of them has. */
export type Ask = Omit<BodyInputOf<typeof operations.createRequest>, 'tenant_id' | 'agent_id'>;

const SUPPLIERS = [
  ['Northwind Paper GmbH', 'DE02120300000000202051'],
  ['Halden Freight AS', 'NO9386011117947'],
  ['Atelier Lumen SARL', 'FR1420041010050500013M02606'],
  ['Brightwater Energy', 'IE29AIBK93115212345678'],
  ['Kestrel Cloud BV', 'NL91ABNA0417164300'],
  ['Tallinn Data OÜ', 'EE382200221020145685'],
] as const satisfies readonly (readonly [string, string])[];
const SERVICES = ['checkout', 'search', 'pricing', 'identity', 'warehouse-sync'] as const;
const TOOLS = [
  ['mail.send_bulk', 'Send the delay notice to {n} customers'],
  ['ticket.merge', 'Merge {n} duplicate tickets'],
  ['coupon.issue', 'Issue {n} goodwill coupons'],
] as const;

export function money(cents: number): string {
  return `${Math.trunc(cents / 100).toLocaleString('en-GB')}.${String(cents % 100).padStart(2, '0')} EUR`;
}

export const PAYMENT: Story = {
  agent: 'billing-bot',
  ask: (chance) => {
    const [name, iban] = chance.pick(SUPPLIERS);
    const amount = Math.round(chance.wait(380_000, 0.9));
    const invoice = `INV-${chance.between(20_000, 29_999)}`;
    return {
      skill_id: 'payments.transfer',
      title: `Pay ${money(amount)} to ${name}`,
      payload: {
        amount_cents: amount,
        currency: 'EUR',
        to: { name, iban },
        invoice,
        due: 'net 30',
        cost_centre: `CC-${chance.between(10, 48)}`,
      },
      justification: `Invoice ${invoice} matches the purchase order`,
      links: [{ title: invoice, url: `https://erp.example/invoices/${invoice}` }],
    };
  },
  deciders: ['ada', 'marek'],
  signatures: 1,
  looks: 'ines',
  medianMinutes: 55,
  weight: 9,
  doubts: [
    'Is this the March or the April delivery?',
    'The IBAN changed since the last invoice. Called the supplier, it is right.',
  ],
  refusals: [
    'Duplicate of an invoice we paid last week',
    'The amount does not match the order',
    'Wrong cost centre; please ask again with CC-31',
  ],
  nods: ['Matches the order', 'Checked against the contract', 'Fine'],
};

export const SMALL_PAYMENT: Story = {
  ...PAYMENT,
  ask: (chance) => {
    const asked = PAYMENT.ask(chance);
    const amount = chance.between(900, 9_400);
    const { to = null } = asked.payload;
    return {
      ...asked,
      title: `Pay ${money(amount)} for office supplies`,
      payload: { ...asked.payload, to, amount_cents: amount },
    };
  },
  weight: 4,
  automatic: true,
};

export const REFUND: Story = {
  agent: 'care-agent',
  ask: (chance) => {
    const amount = chance.between(2_600, 48_000);
    const order = `R-${chance.between(100_000, 999_999)}`;
    return {
      skill_id: 'payments.refund',
      title: `Refund ${money(amount)} for order ${order}`,
      payload: {
        amount_cents: amount,
        currency: 'EUR',
        order,
        reason: chance.pick(['damaged', 'late', 'wrong item']),
        photos: chance.between(0, 4),
      },
      justification: 'The customer sent pictures; the carrier confirms',
    };
  },
  deciders: ['lena', 'ines'],
  signatures: 1,
  medianMinutes: 18,
  weight: 8,
  doubts: ['Third refund of this customer this month. Let me look.', 'Do we have the pictures?'],
  refusals: ['Outside the return window', 'The carrier has a signature for this parcel'],
  nods: ['Pictures are clear', 'Known carrier problem', 'OK'],
};

export const DEPLOY: Story = {
  agent: 'deploy-bot',
  ask: (chance) => {
    const service = chance.pick(SERVICES);
    const version = `2026.${chance.between(8, 11)}.${chance.between(0, 19)}`;
    return {
      skill_id: 'deploy.production',
      policy_type: 'capability',
      title: `Deploy ${service} ${version} to production`,
      payload: {
        service,
        version,
        commits: chance.between(2, 31),
        migrations: chance.between(0, 2),
        canary: { percent: 5, minutes: 15, errors: 0 },
      },
      justification: 'All checks are green; the canary ran clean',
      links: [{ title: 'Changes', url: `https://git.example/${service}/compare/${version}` }],
    };
  },
  deciders: ['tom', 'marek'],
  estimated: true,
  signatures: 2,
  medianMinutes: 9,
  weight: 8,
  doubts: [
    'Two migrations in one release. Are they both backward compatible?',
    'Holding until the incident call is over.',
  ],
  refusals: ['Not before the freeze ends', 'The canary ran during the quiet hour; run it again'],
  nods: ['Canary looks good', 'Watched the dashboards', 'Go'],
};

export const EXPORT: Story = {
  agent: 'data-steward',
  ask: (chance) => {
    const rows = chance.between(1_200, 64_000);
    const to = chance.pick(['Marketing', 'the tax adviser', 'Research', 'the insurer']);
    return {
      skill_id: 'data.export',
      policy_type: 'capability',
      title: `Export ${rows.toLocaleString('en-GB')} customer records for ${to}`,
      payload: {
        dataset: 'customers',
        rows,
        columns: ['country', 'segment', 'orders', 'last_seen'],
        personal_data: false,
        recipient: to,
        retention_days: 30,
      },
      justification: 'Quarterly request; names and addresses are left out',
    };
  },
  deciders: ['ines', 'ada'],
  estimated: true,
  signatures: 2,
  medianMinutes: 140,
  weight: 4,
  doubts: ['Why do they need last_seen?', 'Please confirm the retention with legal.'],
  refusals: ['last_seen is personal data in this combination', 'The contract with this recipient has ended'],
  nods: ['Columns are fine', 'Legal agrees', 'As last quarter'],
};

export const ACCESS: Story = {
  agent: 'access-desk',
  ask: (chance) => {
    const [system, role] = chance.pick([
      ['warehouse database', 'read'],
      ['production cluster', 'debug'],
      ['payroll', 'report'],
      ['ledger', 'export'],
    ] as const);
    const hours = chance.pick([4, 8, 24, 72]);
    return {
      skill_id: 'access.grant',
      policy_type: 'resource',
      title: `Grant ${role} access to the ${system} for ${hours} hours`,
      payload: {
        system,
        role,
        hours,
        person: chance.pick(['Jun Park', 'Lena Vogt', 'a contractor (Kestrel)']),
        ticket: `ACC-${chance.between(300, 999)}`,
      },
      justification: 'Needed to look into an open incident',
    };
  },
  deciders: ['tom', 'marek'],
  signatures: 1,
  medianMinutes: 35,
  weight: 5,
  doubts: ['Would 4 hours do?', 'Which incident is this for?'],
  refusals: ['Read access through the dashboard is enough', 'No contractor gets this without a signed annex'],
  nods: ['For the incident, and no longer', 'Fine for four hours'],
};

export const TOOL: Story = {
  agent: 'care-agent',
  ask: (chance) => {
    const [tool, words] = chance.pick(TOOLS);
    const n = chance.between(12, 1_800);
    return {
      skill_id: 'agent.tool_call',
      policy_type: 'rate_limit',
      title: words.replace('{n}', n.toLocaleString('en-GB')),
      payload: {
        tool,
        arguments: { count: n, template: 'delay-v3', locale: ['de', 'fr', 'nl'] },
        model: 'assistant',
        dry_run_ok: true,
        tokens: n * 11,
      },
      justification: 'The dry run found nothing unusual',
    };
  },
  deciders: ['jun', 'lena'],
  signatures: 1,
  medianMinutes: 6,
  weight: 9,
  doubts: ['Does this include the customers we wrote to yesterday?'],
  refusals: ['Wrong template for this delay', 'Too many at once; split it'],
  nods: ['Looked at five samples', 'Yes', 'Text is right'],
};

export const SCALE: Story = {
  agent: 'capacity-planner',
  ask: (chance) => {
    const from = chance.between(6, 14);
    const to = from + chance.between(2, 10);
    return {
      skill_id: 'infra.scale',
      policy_type: 'resource',
      title: `Scale the search cluster from ${from} to ${to} nodes`,
      payload: {
        cluster: 'search-eu',
        nodes: { from, to },
        amount_cents: (to - from) * 31_200,
        currency: 'EUR',
        per: 'month',
        peak_load: 0.83,
      },
      justification: 'Forecast for the weekend is above the comfortable load',
    };
  },
  deciders: ['tom', 'marek'],
  signatures: 1,
  medianMinutes: 26,
  weight: 3,
  doubts: ['Can we scale down again on Monday?'],
  refusals: ['The forecast counts the load test; take it out'],
  nods: ['Until Monday', 'Forecast is plausible'],
};

export const STORIES = [PAYMENT, SMALL_PAYMENT, REFUND, DEPLOY, EXPORT, ACCESS, TOOL, SCALE] as const;
