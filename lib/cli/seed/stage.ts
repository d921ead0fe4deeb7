import { CreateRequestBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Command } from '@/lib/domain/approval';
import { NO_CALL } from '@/lib/domain/call';
import { touchKey } from '@/lib/platform/db/hot/credentials';
import { putEmergencyStop } from '@/lib/services/policy';
import { commandRequest, createRequest } from '@/lib/services/requests';
import { sweepDue } from '@/lib/services/sweeps';
import type { Act } from './acts';
import { aReceiver, deliverUntil } from './deliveries';
import type { AgentName, PersonName } from './people';

/** Where a scenario is played: through the services, in a database whose clock is held. */
export interface Stage {
  people: Record<PersonName, Actor>;
  agents: Record<AgentName, Actor>;
  setClock: (at: Date) => Promise<void>;
  /** When the next request escalates or expires; null when none will. */
  nextDue: () => Promise<Date | null>;
}

/** A request that was asked for, and by whom. */
interface Asked {
  id: string;
  asker: Actor;
}

/** Plays acts in the order of their times, with what falls due and is sent in between, and goes on until `until`. */
export async function play(acts: readonly Act[], until: Date, stage: Stage): Promise<void> {
  const asked = new Map<number, Asked>();
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

async function perform(act: Act, asked: Map<number, Asked>, { people, agents }: Stage): Promise<void> {
  if (!('request' in act)) {
    await putEmergencyStop(people[act.by], { active: act.does === 'stop', reason: act.text });
    return;
  }
  if (act.does === 'ask') {
    const asker = agents[act.agent];
    const body = CreateRequestBody.parse({ tenant_id: asker.tenantId, agent_id: act.agent, ...act.ask });
    const { request } = await createRequest(asker, body, NO_CALL);
    asked.set(act.request, { id: request.request_id, asker });
    if (asker.keyId !== null) await touchKey(asker.tenantId, asker.keyId);
    return;
  }
  const request = asked.get(act.request);
  if (request === undefined) throw new Error(`Request ${act.request} was decided before it was asked for`);
  const actor = act.does === 'cancel' ? request.asker : { ...people[act.by], authTime: act.at };
  await commandRequest(actor, request.id, toCommand(act), NO_CALL);
}

function toCommand(act: Extract<Act, { request: number; text: string }>): Command {
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
