import { type Act, DAY_MS, later } from './acts';
import type { Chance } from './chance';
import type { PersonName } from './people';
import { PAYMENT, STORIES, type Story } from './stories';

const DAYS = 27;
/** So long before the present nothing of the past is undecided any more. */
const QUIET_MINUTES = 20;
/** What nobody looks at ends by itself; only what has had the time to. */
const LONGEST_LIFE_DAYS = 3.2;

/** Four weeks of ordinary work: on weekdays several requests a day, most of them approved within the hour. */
export function pastWeeks(now: Date, chance: Chance): Act[] {
  const acts: Act[] = [];
  let request = 0;
  for (let day = DAYS; day >= 0; day--) {
    const midnight = Math.floor(now.getTime() / DAY_MS) * DAY_MS - day * DAY_MS;
    // Whatever day today is, something has happened on it.
    const weekend = day > 0 && [0, 6].includes(new Date(midnight).getUTCDay());
    const count = weekend ? chance.between(0, 1) : chance.between(4, 6);
    for (let n = 0; n < count; n++) {
      const at = new Date(midnight + chance.between(7 * 60, 18 * 60) * 60_000 + chance.between(0, 59_999));
      if (at > later(now, -90)) continue;
      const story = pickStory(chance);
      const life = lifeOf(request, story, at, now, chance);
      if (!life.some((act) => isStopped(act.at, now))) acts.push(...life, ...outcomeOf(request, story, life, now));
      request += 1;
    }
  }
  return [...acts, ...override(request, now), ...stoppedAfternoon(request + 1, now, chance)];
}

function pickStory(chance: Chance): Story {
  let ticket = chance.next() * STORIES.reduce((sum, story) => sum + story.weight, 0);
  for (const story of STORIES) {
    ticket -= story.weight;
    if (ticket < 0) return story;
  }
  return PAYMENT;
}

function lifeOf(request: number, story: Story, at: Date, now: Date, chance: Chance): Act[] {
  const asked: Act = { at, does: 'ask', request, agent: story.agent, ask: story.ask(chance) };
  if (story.automatic) return [asked];
  const fate = chance.next();
  const old = now.getTime() - at.getTime() > LONGEST_LIFE_DAYS * DAY_MS;
  if (fate > 0.93 && old) return [asked];
  const last = later(now, -QUIET_MINUTES);
  const wait = Math.min(chance.wait(story.medianMinutes, 0.8), story.medianMinutes * 5);
  const decidedAt = new Date(Math.min(later(at, wait).getTime(), last.getTime()));
  const acts: Act[] = [asked];
  const [usual, standIn] = story.deciders;
  const by: PersonName = wait > story.medianMinutes * 2 || chance.next() < 0.2 ? standIn : usual;
  if (chance.next() < 0.22) {
    acts.push({ at: later(at, wait * 0.4), does: 'comment', request, by, text: chance.pick(story.doubts) });
  }
  if (fate > 0.88) {
    acts.push({ at: decidedAt, does: 'cancel', request, text: 'No longer needed' });
  } else if (fate > 0.76) {
    acts.push({ at: decidedAt, does: 'reject', request, by, text: chance.pick(story.refusals) });
  } else {
    if (story.looks && chance.next() < 0.35) {
      const text = 'Amount and supplier are right';
      acts.push({ at: later(at, wait * 0.6), does: 'approve', request, by: story.looks, text });
    }
    acts.push({
      at: decidedAt,
      does: 'approve',
      request,
      by: story.signatures === 2 ? usual : by,
      text: chance.pick(story.nods),
    });
    if (story.signatures === 2) {
      const second = new Date(
        Math.min(later(decidedAt, chance.wait(story.medianMinutes / 2, 0.6)).getTime(), last.getTime()),
      );
      acts.push({ at: second, does: 'approve', request, by: standIn, text: chance.pick(story.nods) });
    }
  }
  return acts;
}

/** What it came to, told some hours after it ended, or some days; until then it is reserved in its budgets. */
function outcomeOf(request: number, { estimated }: Story, life: readonly Act[], now: Date): Act[] {
  const ended = new Date(Math.max(...life.map((act) => act.at.getTime())));
  const hours = request % 4 === 3 ? 110 : 1 + (request % 5);
  const at = later(ended, hours * 60);
  if (at > later(now, -QUIET_MINUTES)) return [];
  return [{ at, does: 'report', request, percent: estimated ? 88 + ((request * 11) % 31) : 100 }];
}

/** What only the owner may sign, and only with a reason. */
function override(request: number, now: Date): Act[] {
  const at = new Date(now.getTime() - 12 * DAY_MS);
  const ask = {
    skill_id: 'payments.transfer',
    title: 'Pay 412,000.00 EUR to Halden Freight AS',
    payload: {
      amount_cents: 41_200_000,
      currency: 'EUR',
      to: { name: 'Halden Freight AS', iban: 'NO9386011117947' },
      invoice: 'INV-20114',
      contract: 'Framework 2026, annual prepayment',
    },
    justification: 'Annual prepayment; the discount ends today',
    required_level: 5,
  };
  return [
    { at, does: 'ask', request, agent: 'billing-bot', ask },
    { at: later(at, 18), does: 'approve', request, by: 'ada', text: 'Within the budget; needs the owner' },
    { at: later(at, 47), does: 'approve', request, by: 'oz', level: 5, text: 'Agreed with the board on Monday' },
    { at: later(at, 180), does: 'report', request, percent: 100 },
  ];
}

const STOPPED_DAYS_AGO = 9;
const STOPPED_MINUTES = 26;

function isStopped(at: Date, now: Date): boolean {
  const since = new Date(now.getTime() - STOPPED_DAYS_AGO * DAY_MS);
  return at >= since && at <= later(since, STOPPED_MINUTES);
}

/** Half an hour with the emergency stop on: what is asked then is refused at once, and says why. */
function stoppedAfternoon(request: number, now: Date, chance: Chance): Act[] {
  const at = new Date(now.getTime() - STOPPED_DAYS_AGO * DAY_MS);
  const denied = [3, 7].map((minutes, n): Act => {
    return {
      at: later(at, minutes),
      does: 'ask',
      request: request + n,
      agent: 'billing-bot',
      ask: PAYMENT.ask(chance),
    };
  });
  return [
    { at, does: 'stop', by: 'oz', text: 'The key of billing-bot may have leaked' },
    ...denied,
    { at: later(at, STOPPED_MINUTES), does: 'resume', by: 'oz', text: 'The key was replaced; nothing was sent' },
  ];
}
