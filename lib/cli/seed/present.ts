import { type Act, later } from './acts';
import { FLAGS_TO_AGREE } from './configuration';
import type { AgentName, PersonName } from './people';
import type { Ask } from './stories';

interface Waiting {
  agent: AgentName;
  minutesAgo: number;
  ask: Ask;
  expiresInSeconds?: number;
  /** What has happened to it, in minutes after it was asked. */
  since?: { after: number; does: 'approve' | 'comment'; by: PersonName; text: string }[];
}

/** What waits for a person right now: of every kind and age, some signed in part, some escalated, some about to expire. */
const WAITING = (emailOf: (name: PersonName) => string): Waiting[] => [
  {
    agent: 'billing-bot',
    minutesAgo: 96,
    ask: {
      skill_id: 'payments.transfer',
      title: 'Pay 184,200.00 EUR to Kestrel Cloud BV',
      payload: {
        amount_cents: 18_420_000,
        currency: 'EUR',
        to: { name: 'Kestrel Cloud BV', iban: 'NL91ABNA0417164300' },
        invoice: 'INV-28841',
        lines: [
          { text: 'Compute, committed use', amount_cents: 15_000_000 },
          { text: 'Support, gold', amount_cents: 2_400_000 },
          { text: 'Egress above the allowance', amount_cents: 1_020_000 },
        ],
        cost_centre: 'CC-12',
      },
      justification: 'Annual commitment; the line for egress is 3.1 times that of last year',
      min_approvals: 2,
      links: [{ title: 'INV-28841', url: 'https://erp.example/invoices/INV-28841' }],
    },
    since: [
      {
        after: 31,
        does: 'comment',
        by: 'ines',
        text: 'Egress is high, but it is the migration of October. I have the breakdown.',
      },
      { after: 52, does: 'approve', by: 'ada', text: 'Within the commitment we signed' },
    ],
  },
  {
    agent: 'deploy-bot',
    minutesAgo: 13,
    ask: {
      skill_id: 'deploy.production',
      policy_type: 'capability',
      title: 'Deploy checkout 2026.11.4 to production',
      payload: {
        service: 'checkout',
        version: '2026.11.4',
        commits: 9,
        migrations: 1,
        canary: { percent: 5, minutes: 15, errors: 0 },
      },
      justification: 'All checks are green; the canary ran clean',
      links: [{ title: 'Changes', url: 'https://git.example/checkout/compare/2026.11.4' }],
    },
    since: [{ after: 6, does: 'approve', by: 'tom', text: 'The migration only adds a column. Canary looks good.' }],
  },
  {
    agent: 'deploy-bot',
    minutesAgo: 41,
    ask: {
      skill_id: 'deploy.production',
      policy_type: 'capability',
      title: 'Roll identity back to 2026.11.1',
      payload: { service: 'identity', version: '2026.11.1', rollback_of: '2026.11.2', sign_in_errors_per_minute: 38 },
      justification: 'Sign-in errors rose after the last deploy',
    },
    since: [
      {
        after: 24,
        does: 'comment',
        by: 'jun',
        text: 'Errors have been down by themselves for ten minutes. Do we still want this?',
      },
    ],
  },
  {
    agent: 'data-steward',
    minutesAgo: 190,
    ask: {
      skill_id: 'data.export',
      policy_type: 'capability',
      title: 'Export 48,210 customer records for Research',
      payload: {
        dataset: 'customers',
        rows: 48_210,
        columns: ['country', 'segment', 'orders', 'last_seen', 'postcode'],
        personal_data: true,
        recipient: 'Research',
        retention_days: 90,
      },
      justification: 'Churn study, as agreed with data protection in September',
    },
    since: [{ after: 75, does: 'comment', by: 'ines', text: 'The postcode is new. Is it in the agreement?' }],
  },
  {
    agent: 'access-desk',
    minutesAgo: 104,
    ask: {
      skill_id: 'access.grant',
      policy_type: 'resource',
      title: 'Grant debug access to the production cluster for 8 hours',
      payload: {
        system: 'production cluster',
        role: 'debug',
        hours: 8,
        person: 'a contractor (Kestrel)',
        ticket: 'ACC-612',
      },
      justification: 'Vendor wants to look at the memory growth of search',
    },
  },
  {
    agent: 'access-desk',
    minutesAgo: 22,
    ask: {
      skill_id: 'access.grant',
      policy_type: 'resource',
      title: 'Grant export access to the ledger for 24 hours',
      payload: { system: 'ledger', role: 'export', hours: 24, person: 'Inês Rocha', ticket: 'ACC-615' },
      justification: 'Month-end closing',
      requested_by: emailOf('ines'),
    },
  },
  {
    agent: 'care-agent',
    minutesAgo: 4,
    ask: {
      skill_id: 'agent.tool_call',
      policy_type: 'rate_limit',
      title: 'Send the delay notice to 1,204 customers',
      payload: {
        tool: 'mail.send_bulk',
        arguments: { count: 1_204, template: 'delay-v3', locale: ['de', 'fr', 'nl'], send_at: 'now' },
        model: 'assistant',
        tokens: 13_244,
      },
      justification: 'Parcels of the Rotterdam hub are two days late',
    },
  },
  {
    agent: 'care-agent',
    minutesAgo: 104,
    ask: {
      skill_id: 'agent.tool_call',
      policy_type: 'rate_limit',
      title: 'Issue 86 goodwill coupons',
      payload: {
        tool: 'coupon.issue',
        arguments: { count: 86, value_cents: 1_000 },
        amount_cents: 86_000,
        currency: 'EUR',
        tokens: 946,
      },
      justification: 'Customers whose parcels came damaged this week',
    },
  },
  {
    agent: 'care-agent',
    minutesAgo: 27,
    ask: {
      skill_id: 'payments.refund',
      title: 'Refund 312.40 EUR for order R-558102',
      payload: { amount_cents: 31_240, currency: 'EUR', order: 'R-558102', reason: 'damaged', photos: 3 },
      justification: 'The customer sent pictures; the carrier confirms',
    },
  },
  {
    agent: 'billing-bot',
    minutesAgo: 38,
    ask: {
      skill_id: 'payments.transfer',
      title: 'Pay 12,480.00 EUR to Brightwater Energy',
      payload: {
        amount_cents: 1_248_000,
        currency: 'EUR',
        to: { name: 'Brightwater Energy', iban: 'IE29AIBK93115212345678' },
        invoice: 'INV-28870',
        period: '2026-10',
      },
      justification: 'Monthly bill, 4 % above October of last year',
    },
  },
  {
    agent: 'capacity-planner',
    minutesAgo: 9,
    ask: {
      skill_id: 'infra.scale',
      policy_type: 'resource',
      title: 'Scale the search cluster from 12 to 20 nodes',
      payload: {
        cluster: 'search-eu',
        nodes: { from: 12, to: 20 },
        amount_cents: 249_600,
        currency: 'EUR',
        per: 'month',
        peak_load: 0.91,
      },
      justification: 'The campaign of Friday is twice the size of the last one',
    },
  },
];

export function whatWaits(now: Date, firstNumber: number, emailOf: (name: PersonName) => string): Act[] {
  return WAITING(emailOf).flatMap(({ agent, minutesAgo, ask, since = [] }, n) => {
    const at = later(now, -minutesAgo);
    const request = firstNumber + n;
    return [
      { at, does: 'ask', request, agent, ask } as const,
      ...since.map(({ after, ...what }) => ({ at: later(at, after), request, ...what })),
    ];
  });
}

/** Somebody has asked for more of a flag than they may switch on alone. */
export function flagThatWaits(now: Date): Act {
  const text = 'Two weeks of the trial without a complaint; a quarter of the suppliers next';
  return { at: later(now, -33), does: 'flags', by: 'marek', flags: FLAGS_TO_AGREE, text };
}
