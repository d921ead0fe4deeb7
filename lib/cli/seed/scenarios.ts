import type { CreateEndpointBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { createEndpoint } from '@/lib/services/webhooks';
import { DAY_MS } from './acts';
import { chance } from './chance';
import { configure } from './configuration';
import { pastWeeks } from './history';
import { addAgents, addPeople, emailOf } from './people';
import { flagThatWaits, whatWaits } from './present';
import { runsOf } from './run-story';
import { play, type Stage } from './stage';

/** A clock that is held, and what a scenario needs to build a tenant. */
export interface Workshop extends Pick<Stage, 'setClock' | 'nextDue'> {
  /** May do everything in the new tenant, which has nobody yet. */
  admin: Actor;
  password: string;
  /** The moment at which the scenario ends. */
  now: Date;
}

/** Where the company hears how its requests ended. Nothing answers there, as the description says. */
const ENDPOINT = {
  url: 'https://hooks.northwind.example/approvals',
  description: 'The ledger’s inbox. A made-up address: what is sent from now on finds nobody.',
  event_types: ['approval.approved', 'approval.rejected', 'approval.expired'],
  retry_schedule_seconds: [1, 5, 15],
} satisfies Pick<CreateEndpointBody, 'url' | 'description' | 'event_types' | 'retry_schedule_seconds'>;

/** What can be seeded: each builds what is in a tenant that was made `daysAgo`, through the services. */
export const SCENARIOS = {
  /** A company at work: budgets, flags and definitions, four weeks behind it with runs among them, and a queue that waits. */
  demo: {
    title: 'Northwind Trading',
    daysAgo: 29,
    build: async (workshop: Workshop) => {
      const { admin, password, now } = workshop;
      const people = await addPeople(admin, password);
      const agents = await addAgents(admin);
      await workshop.setClock(new Date(now.getTime() - 28 * DAY_MS));
      await configure(people);
      await createEndpoint(people.marek, { ...ENDPOINT, tenant_id: admin.tenantId }, NO_CALL);
      const past = pastWeeks(now, chance(2026));
      const waiting = whatWaits(now, past.length, (name) => emailOf(name, admin.tenantId));
      await play([...past, ...waiting, ...runsOf(now), flagThatWaits(now)], now, { ...workshop, people, agents });
    },
  },
  /** People, and nothing that anybody has asked for. */
  empty: {
    title: 'Empty',
    daysAgo: 0,
    build: async ({ admin, password }: Workshop) => void (await addPeople(admin, password)),
  },
} as const satisfies Record<string, { title: string; daysAgo: number; build: (workshop: Workshop) => Promise<void> }>;

export type ScenarioName = keyof typeof SCENARIOS;

export function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}
