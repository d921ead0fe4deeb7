import { CostBand } from '@/components/ui/cost-band';
import type { KeyValue } from '@/components/ui/key-value-list';
import { KeyValueList } from '@/components/ui/key-value-list';
import { LevelGlyph } from '@/components/ui/level';
import { Moment } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import { ShortId } from '@/components/ui/short-id';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource } from '@/lib/contracts';
import type { PolicyType } from '@/lib/domain/policy';
import { Outcome } from './outcome';

const POLICY_TYPES = {
  cost: 'Cost',
  capability: 'Capability',
  resource: 'Resource',
  rate_limit: 'Rate limit',
} as const satisfies Record<PolicyType, string>;

function askedHow(actorType: string | undefined): string {
  if (actorType === 'api_key') return 'With key';
  return actorType === 'session' ? 'Asked in person by' : 'Asked by';
}

function kindOf({ kind, policy_type, run }: ApprovalRequestResource): string {
  if (kind === 'checkpoint') return 'Checkpoint of a run';
  const policy = `${POLICY_TYPES[policy_type]} policy`;
  return run === null ? policy : `${policy}, asked by a run`;
}

/** Who asked, for what kind of thing, at what cost, and what became of it. */
export function Asked({ request }: { request: ApprovalRequestResource }) {
  const first = request.status_history[0];
  const currency = typeof request.payload.currency === 'string' ? request.payload.currency : null;
  const optional = (label: string, text: string | null | undefined): KeyValue[] =>
    text ? [{ label, value: <VisibleText text={text} /> }] : [];
  const items: KeyValue[] = [
    ...optional('Agent', request.agent_id),
    ...optional('Asked by', request.requested_by),
    ...optional(askedHow(first?.actor_type), first?.actor_name),
    {
      label: 'Cost',
      value: <CostBand cents={request.simulated_cost_cents} band={request.policy.cost} currency={currency} />,
    },
    ...(request.outcome === null
      ? []
      : [{ label: 'Outcome', value: <Outcome outcome={request.outcome} currency={currency} /> }]),
    {
      label: 'Kind',
      value: kindOf(request),
    },
    {
      label: 'Needs',
      value: (
        <span className="inline-flex items-baseline gap-1.5">
          <LevelGlyph level={request.required_level} labelled className="text-ink-2" />
          Level {request.required_level}
          {request.min_approvals > 1 ? `, ${request.min_approvals} people` : ''}
        </span>
      ),
    },
    ...optional('Escalates to', request.escalate_to),
    { label: 'Asked', value: <Moment at={request.created_at} /> },
    ...(request.correlation_id === request.request_id
      ? []
      : [{ label: 'Correlation id', value: <ShortId id={request.correlation_id} what="correlation id" /> }]),
    { label: 'Payload digest', value: <ShortId id={request.payload_digest} what="payload digest" /> },
  ];
  return (
    <Section tone="quiet" title="The request">
      <KeyValueList items={items} />
    </Section>
  );
}
