import type { ApprovalRequestResource, HistoryItem } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';
import type { Cli } from './cli';
import { plainJson, plainLine, plainText } from './terminal/plain-text';
import type { Column } from './terminal/table';
import { fromNow } from './terminal/times';

type Request = ApprovalRequestResource;

/** The queue as a table. Ids and states are whole at any width, so that they can be copied and searched. */
export function requestColumns(cli: Pick<Cli, 'paint'>, nowMs: number): Column<Request>[] {
  return [
    { head: 'ID', text: ({ request_id: id }) => id },
    { head: 'STATUS', text: ({ status }) => status, paint: (text, { status }) => cli.paint.status(text, status) },
    { head: 'LEVEL', text: ({ required_level: level }) => String(level) },
    { head: 'TITLE', text: ({ title }) => title, least: 12 },
    { head: 'ASKED BY', text: askedBy, least: 8 },
    { head: 'EXPIRES', text: ({ status, expires_at: at }) => (isOpen(status) ? fromNow(at, nowMs) : '') },
    { head: 'TENANT', text: ({ tenant_id: tenant }) => tenant, least: 6 },
  ];
}

function askedBy({ requested_by: by, agent_id: agent }: Request): string {
  return by ?? agent ?? '';
}

/** One request, everything that a decision needs. */
export function describeRequest(request: Request, { paint }: Pick<Cli, 'paint'>, nowMs: number): string {
  const { status, required_level: level, min_approvals: min, approvals_count: count } = request;
  const facts: [string, string | null][] = [
    ['Request', request.request_id],
    ['Status', paint.status(status, status) + (isOpen(status) ? '' : by(request.resolved_by))],
    ['Needs', `level ${level}${min > 1 ? `, ${count} of ${min} approvals` : ''}`],
    ['Expires', isOpen(status) ? `${fromNow(request.expires_at, nowMs)} (${request.expires_at})` : null],
    ['Asked by', plainLine(askedBy(request)) || null],
    ['Skill', plainLine(request.skill_id)],
    ['Agent', request.agent_id === null ? null : plainLine(request.agent_id)],
    ['Tenant', request.tenant_id],
    ['Cost', request.simulated_cost_cents === null ? null : `${(request.simulated_cost_cents / 100).toFixed(2)}`],
    ['Why', request.justification === null ? null : plainText(request.justification)],
    ['Policy', request.policy.reasons.map(plainLine).join('\n') || null],
    ['Payload', plainJson(JSON.stringify(request.payload, null, 2))],
    ['Digest', request.payload_digest],
    ['Answer', request.approval_data === null ? null : plainJson(JSON.stringify(request.approval_data, null, 2))],
    ['Can decide', isOpen(status) ? eligible(request.eligible_approvers_count) : null],
    ['Links', request.links.map(({ title, url }) => plainLine(`${title}: ${url}`)).join('\n') || null],
  ];
  const lines = facts.flatMap(([name, value]) => (value === null ? [] : [fact(name, value, paint.faint)]));
  const history = request.status_history.map((item) => `  ${describeEvent(item)}`);
  return `${[paint.bold(plainLine(request.title)), '', ...lines, '', 'History', ...history].join('\n')}\n`;
}

const NAME_WIDTH = 12;

function fact(name: string, value: string, faint: (text: string) => string): string {
  return `${faint(name.padEnd(NAME_WIDTH))}${value.replaceAll('\n', `\n${' '.repeat(NAME_WIDTH)}`)}`;
}

function by(actor: string | null): string {
  return actor === null ? '' : ` by ${plainLine(actor)}`;
}

function eligible(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

function describeEvent({ timestamp, event, actor_name: actor, reason }: HistoryItem): string {
  return `${timestamp}  ${event}  ${plainLine(actor)}${reason === null ? '' : `: ${plainLine(reason)}`}`;
}

/** What became of a vote, in a sentence. */
export function describeDecision(request: Request): string {
  const { status, request_id: id, approvals_count: count, min_approvals: min, current_level: reached } = request;
  const title = plainLine(request.title);
  if (!isOpen(status)) return `${id} is ${status}: ${title}\n`;
  const missing = [
    ...(count < min ? [`${count} of ${min} approvals`] : []),
    ...(reached < request.required_level ? [`level ${request.required_level} is needed, ${reached} reached`] : []),
  ];
  return `${id} is still ${status}: ${title} (${missing.join('; ')})\n`;
}

/** Why a request was not approved, for who waited for it. */
export function describeRefusal(request: Request): string {
  const last = request.status_history.at(-1);
  const reason = last?.reason ?? request.policy.reasons.join('; ');
  return `${request.request_id} is ${request.status}${by(request.resolved_by)}${reason === '' ? '' : `: ${plainLine(reason)}`}`;
}
