import type { LoggedCase } from './log';

/** The roles that decide, and the level each one's people have. */
export const ROLE_LEVELS = {
  PRE_APPROVER: 1,
  ADMINISTRATION: 2,
  'BUDGET OWNER': 3,
  SUPERVISOR: 4,
} as const;
export type DecidingRole = keyof typeof ROLE_LEVELS;

/** A request asks for the highest of them; who is below can only add a review. */
export const REQUIRED_LEVEL = 4;

export type Outcome = 'approved' | 'rejected' | 'cancelled' | 'open';

/**
 * One thing that somebody did to a submission. `vote` counts the votes of this role in it, from 0: nobody votes twice on the same
 * question, so each is another person's. `late` says that the submission had ended before.
 */
export type Act = { late: boolean; activity: string } & (
  | { does: 'approve' | 'reject'; role: DecidingRole; vote: number }
  | { does: 'cancel' }
);

/** One time that a case was submitted, and what became of it. */
export interface Submission {
  caseId: string;
  /** 1 for the first submission of a case. */
  number: number;
  amountCents: number;
  budget: string | null;
  acts: Act[];
  /** How it ended in the log: its first ending counts. */
  outcome: Outcome;
}

/** A case as it is played. */
export interface Script {
  submissions: Submission[];
  /** What the log has before the first submission: there is no request yet that it could be about. */
  unaskedFor: number;
}

const DECLARATION = /^(?:Declaration )?(SUBMITTED|APPROVED|FINAL_APPROVED|REJECTED|SAVED) by (.+)$/;

/**
 * Reads a case as callers and approvers would live it:
 * - SUBMITTED makes a request that needs level 4; a resubmission is a new one, and what follows is about the newest.
 * - APPROVED and FINAL_APPROVED are votes at the role's level. One of level 4 (SUPERVISOR) is enough and ends it, whichever of the two
 *   words the log uses; one below is a review and leaves it open.
 * - REJECTED by a deciding role rejects. REJECTED by EMPLOYEE or MISSING cancels: who asked takes it back.
 * - The first ending counts. What comes after it is late; a log keeps it, and the system must refuse it.
 * - SAVED and what is not about a declaration (payments) asks and decides nothing.
 *
 * @throws Error for an activity or a role that is none of these: guessing would make the comparison worthless.
 */
export function toScript(logged: LoggedCase): Script {
  const submissions: Submission[] = [];
  let unaskedFor = 0;
  let votes = new Map<DecidingRole, number>();
  for (const { activity } of logged.events) {
    const match = DECLARATION.exec(activity);
    if (match === null) {
      if (activity.startsWith('Declaration ')) throw new Error(`${logged.case_id}: “${activity}” is unknown`);
      continue;
    }
    const [, verb = '', by = ''] = match;
    if (verb === 'SAVED') continue;
    if (verb === 'SUBMITTED') {
      votes = new Map();
      submissions.push(submissionOf(logged, submissions.length + 1));
      continue;
    }
    const submission = submissions.at(-1);
    if (submission === undefined) {
      unaskedFor += 1;
      continue;
    }
    submission.acts.push(toAct(activity, verb, by, submission, votes));
    submission.outcome = outcomeAfter(submission);
  }
  return { submissions, unaskedFor };
}

function submissionOf(logged: LoggedCase, number: number): Submission {
  return {
    caseId: logged.case_id,
    number,
    amountCents: logged.amount_cents,
    budget: logged.budget ?? null,
    acts: [],
    outcome: 'open',
  };
}

function toAct(
  activity: string,
  verb: string,
  by: string,
  { outcome }: Submission,
  votes: Map<DecidingRole, number>,
): Act {
  const late = outcome !== 'open';
  if (verb === 'REJECTED' && (by === 'EMPLOYEE' || by === 'MISSING')) return { late, activity, does: 'cancel' };
  if (!isDecidingRole(by)) throw new Error(`“${activity}”: ${by} decides nothing`);
  const vote = votes.get(by) ?? 0;
  votes.set(by, vote + 1);
  return { late, activity, does: verb === 'REJECTED' ? 'reject' : 'approve', role: by, vote };
}

function outcomeAfter({ acts, outcome }: Submission): Outcome {
  const act = acts.at(-1);
  if (act === undefined || act.late) return outcome;
  if (act.does === 'cancel') return 'cancelled';
  if (act.does === 'reject') return 'rejected';
  return ROLE_LEVELS[act.role] >= REQUIRED_LEVEL ? 'approved' : outcome;
}

function isDecidingRole(name: string): name is DecidingRole {
  return Object.hasOwn(ROLE_LEVELS, name);
}

/** How many people of each role it takes so that nobody votes twice in one submission; at least two, as in reality. */
export function peopleNeeded(scripts: readonly Script[]): number {
  const votes = scripts.flatMap(({ submissions }) =>
    submissions.flatMap(({ acts }) => acts.map((act) => (act.does === 'cancel' ? 0 : act.vote + 1))),
  );
  return votes.reduce((most, count) => Math.max(most, count), 2);
}
