import { CreateRequestBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Command } from '@/lib/domain/approval';
import { NO_CALL } from '@/lib/domain/call';
import { touchKey } from '@/lib/platform/db/hot/credentials';
import { putEmergencyStop } from '@/lib/services/policy';
import { commandRequest, createRequest, getRequest, reportOutcome } from '@/lib/services/requests';
import { sweepDue } from '@/lib/services/sweeps';
import type { Act } from './acts';
import { switchFlags } from './configuration';
import { aReceiver, deliverUntil } from './deliveries';
import type { AgentName, PersonName } from './people';
import { answerRun, beginRun } from './run-acts';

/** Where a scenario is played: through the services, in a database whose clock is held. */
export interface Stage {
  people: Record<PersonName, Actor>;
  agents: Record<AgentName, Actor>;
  setClock: (at: Date) => Promise<void>;
  /** When the next request escalates or expires; null when none will. */
  nextDue: () => Promise<Date | null>;
}

/** A request that was asked for, and by whom. */
interface AskedRequest {
  id: string;
  asker: Actor;
}

/** What there is by now, by its number in the scenario. */
interface Asked {
  requests: Map<number, AskedRequest>;
  /** Ids of runs. */
  runs: Map<number, string>;
}

/** Plays acts in the order of their times, with what falls due and is sent in between, and goes on until `until`. */
export async function play(acts: readonly Act[], until: Date, stage: Stage): Promise<void> {
  const asked: Asked = { requests: new Map(), runs: new Map() };
  const time = { at: new Date(0), receiver: aReceiver() };
  for (const act of acts.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    await goTo(act.at, time, stage);
    await perform(act, asked, stage);
  }
  await goTo(until, time, stage);
}

interface Time {
  /** What the held clock says. */
  at: Date;
  receiver: ReturnType<typeof aReceiver>;
}

/** Lets the time pass: sends what is to be sent, and moves what escalates or expires when it does. */
async function goTo(at: Date, time: Time, stage: Stage): Promise<void> {
  const setClock = async (next: Date) => {
    await stage.setClock(next);
    time.at = next;
  };
  for (;;) {
    const due = await stage.nextDue();
    const next = due !== null && due <= at ? due : at;
    await deliverUntil({ receiver: time.receiver, setClock, from: time.at, until: next });
    await setClock(next);
    if (due !== next) return;
    const moved = (await sweepDue('expire')) + (await sweepDue('escalate'));
    if (moved === 0) throw new Error(`Nothing moved at ${due.toISOString()}, although something was due`);
  }
}

async function perform(act: Act, asked: Asked, stage: Stage): Promise<void> {
  const { people } = stage;
  switch (act.does) {
    case 'stop':
    case 'resume':
      await putEmergencyStop(people[act.by], { active: act.does === 'stop', reason: act.text });
      return;
    case 'flags':
      return switchFlags(people[act.by], act.flags, act.text);
    case 'start':
      asked.runs.set(act.run, await beginRun(act, people[act.by]));
      return;
    case 'sign':
    case 'refuse':
      return answerRun(act, known(asked.runs, act.run), { ...people[act.by], authTime: act.at });
    case 'ask':
      asked.requests.set(act.request, await askFor(act, stage.agents[act.agent]));
      return;
    case 'report':
      return report(act, known(asked.requests, act.request));
    default:
      return decide(act, known(asked.requests, act.request), people);
  }
}

function known<T>(all: ReadonlyMap<number, T>, number: number): T {
  const found = all.get(number);
  if (found === undefined) throw new Error(`Something happened to number ${number} before it was there`);
  return found;
}

async function askFor({ agent, ask }: Extract<Act, { does: 'ask' }>, asker: Actor): Promise<AskedRequest> {
  const body = CreateRequestBody.parse({ tenant_id: asker.tenantId, agent_id: agent, ...ask });
  const { request } = await createRequest(asker, body, NO_CALL);
  if (asker.keyId !== null) await touchKey(asker.tenantId, asker.keyId);
  return { id: request.request_id, asker };
}

async function decide(act: Decision, { id, asker }: AskedRequest, people: Stage['people']): Promise<void> {
  const actor = act.does === 'cancel' ? asker : { ...people[act.by], authTime: act.at };
  await commandRequest(actor, id, toCommand(act), NO_CALL);
}

async function report({ percent }: Extract<Act, { does: 'report' }>, { id, asker }: AskedRequest): Promise<void> {
  const { status, simulated_cost_cents: expected } = await getRequest(asker, id);
  if (status !== 'approved' || expected === null) return;
  const actual = Math.round((expected * percent) / 100);
  await reportOutcome(asker, id, { result: 'used', actual_cost_cents: actual }, NO_CALL);
}

type Decision = Extract<Act, { request: number; text: string }>;

function toCommand(act: Decision): Command {
  switch (act.does) {
    case 'approve':
      return { type: 'approve', notes: act.text, level: act.level };
    case 'reject':
      return { type: 'reject', notes: act.text };
    case 'comment':
      return { type: 'comment', text: act.text };
    case 'cancel':
      return { type: 'cancel', reason: act.text };
  }
}
