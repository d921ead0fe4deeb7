import type { BudgetRow, CostModelBody, FlagRow } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { parseYaml } from '@/lib/platform/yaml';
import { putDag } from '@/lib/services/dags';
import { putFlags } from '@/lib/services/flags';
import { putBudgets, putCostModels, putLevels } from '@/lib/services/policy';
import { DAGS } from './dags';
import { LEVELS } from './levels';
import type { PersonName } from './people';

/** What may be spent. Every limit is far above what the stories ask for, so that chance never has a request refused. */
const BUDGETS: BudgetRow[] = [
  { period: 'month', limit_cents: 250_000_000, description: 'All that software may cause' },
  {
    skill_id: 'payments.transfer',
    period: 'month',
    limit_cents: 95_000_000,
    description: 'Suppliers, by bank transfer',
  },
  {
    skill_id: 'payments.refund',
    period: 'day',
    limit_cents: 500_000,
    description: 'Refunds in a day, before somebody asks why',
  },
  { agent_id: 'capacity-planner', period: 'month', limit_cents: 6_000_000, description: 'Nodes beyond the commitment' },
  { skill_id: 'infra.scale', period: 'request', limit_cents: 500_000, description: 'One step at a time' },
];

/** What is not in a payload and costs all the same. */
const COST_MODELS: CostModelBody[] = [
  {
    skill_id: 'deploy.production',
    base_cents: 1_200,
    rates: [{ field: 'commits', cents_per_unit: '45' }],
    description: 'Build minutes and fifteen minutes of canary; each commit adds tests',
  },
  {
    skill_id: 'data.export',
    base_cents: 500,
    rates: [{ field: 'rows', cents_per_unit: '0.02' }],
    description: 'Warehouse scan, by the row',
  },
];

const ENVIRONMENT = 'production';

/** What rules may ask about. The last one needs two people before it lets more through. */
export const FLAGS: FlagRow[] = [
  {
    key: 'goodwill_coupons',
    environment: ENVIRONMENT,
    enabled: true,
    rollout_percentage: 100,
    requires_signoff: false,
    owner: 'Customer care',
    description: 'Care agents may issue coupons by themselves',
  },
  {
    key: 'refunds_without_photos',
    environment: ENVIRONMENT,
    enabled: true,
    rollout_percentage: 20,
    requires_signoff: false,
    owner: 'Customer care',
    description: 'A trial until the end of the quarter',
  },
  {
    key: 'refunds_without_photos',
    environment: 'staging',
    enabled: true,
    rollout_percentage: 100,
    requires_signoff: false,
    owner: 'Customer care',
    description: null,
  },
  {
    key: 'same_day_transfers',
    environment: ENVIRONMENT,
    enabled: false,
    rollout_percentage: 100,
    requires_signoff: true,
    owner: 'Treasury',
    description: 'Pay the same day where the supplier gives a discount for it',
  },
];

/** The same flags with the last one on for a quarter: what somebody has to agree to. */
export const FLAGS_TO_AGREE: FlagRow[] = FLAGS.map((flag) =>
  flag.requires_signoff ? { ...flag, enabled: true, rollout_percentage: 25 } : flag,
);

const AS_IT_IS: Call = { traceId: null, idempotency: null, ifMatch: '*' };

/** Sets the company up, each by whom it would be: levels, budgets, what things cost, flags, and what runs execute. */
export async function configure(people: Record<PersonName, Actor>): Promise<void> {
  await putLevels(people.marek, LEVELS, AS_IT_IS);
  await putBudgets(people.ada, BUDGETS, AS_IT_IS);
  await putCostModels(people.marek, COST_MODELS, AS_IT_IS);
  await switchFlags(people.marek, FLAGS, 'What we agreed on for the start');
  for (const { name, by, yaml } of DAGS) {
    await putDag(people[by], name, { sent: parseYaml(yaml).value, source: yaml }, { ...AS_IT_IS, ifMatch: null });
  }
}

/** Writes the flags; what needs another's approval is asked for. */
export async function switchFlags(by: Actor, flags: readonly FlagRow[], reason: string): Promise<void> {
  await putFlags(by, { flags: [...flags], reason }, AS_IT_IS);
}
