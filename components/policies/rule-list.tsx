'use client';

import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { EmptyState } from '@/components/ui/empty-state';
import { FoldedText } from '@/components/ui/folded-text';
import { Notice } from '@/components/ui/notice';
import { StatusShape } from '@/components/ui/status';
import { formatSpan } from '@/components/ui/time-format';
import { VisibleText } from '@/components/ui/visible-text';
import type { PolicySetResource, RuleBody, RuleWarning } from '@/lib/contracts';
import { Effect } from './effect';
import { warningsByRule } from './policies-words';

type RuleExample = RuleBody['examples'][number];

interface RuleListProps {
  set: Pick<PolicySetResource, 'rules' | 'warnings'>;
  onTry: (example: RuleExample) => void;
}

/** The rules of a version as they were written: what follows and why, when, and the examples that they were tried on. */
export function RuleList({ set, onTry }: RuleListProps) {
  const warnings = warningsByRule(set.warnings);
  if (set.rules.length === 0) {
    return (
      <div className="border-y">
        <EmptyState title="There are no rules in it">
          Every request gets the answer for where no rule matches.
        </EmptyState>
      </div>
    );
  }
  return (
    <>
      {set.warnings === null ? (
        <Notice role="status" title="Nobody has looked for warnings">
          Too many drafts are being judged at the moment. Open this version again to see what is worth a look in it.
        </Notice>
      ) : null}
      <ol aria-label="Rules" className="divide-y border-y">
        {set.rules.map((rule, place) => (
          <RuleItem key={rule.rule_id} rule={rule} warnings={warnings.get(place) ?? []} onTry={onTry} />
        ))}
      </ol>
    </>
  );
}

interface RuleItemProps {
  rule: RuleBody;
  warnings?: readonly RuleWarning[];
  onTry?: (example: RuleExample) => void;
}

/** A rule as it was written. Without `onTry`, its examples cannot be tried here. */
export function RuleItem({ rule, warnings = [], onTry }: RuleItemProps) {
  return (
    <li aria-label={rule.rule_id} className="grid gap-2 py-4">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="w-30 shrink-0">
          <Effect effect={rule.effect} level={rule.level ?? null} />
        </span>
        <span className="min-w-0 flex-1 basis-64 font-medium [overflow-wrap:anywhere]">
          <FoldedText text={rule.reason} />
        </span>
        <code className="font-mono text-12 text-ink-3 [overflow-wrap:anywhere]">{rule.rule_id}</code>
      </div>
      <div className="grid min-w-0 gap-2 rail:pl-33">
        <div className="rounded-control bg-sunk px-3 py-2 font-mono text-13">
          <FoldedText text={rule.when} />
        </div>
        <RuleFacts rule={rule} />
        {warnings.map(({ pointer, detail, position }) => (
          <Notice key={`${pointer} ${position?.start} ${detail}`} tone="open" title="Worth a look">
            <VisibleText text={detail} />
          </Notice>
        ))}
        {rule.examples.length > 0 ? <Examples rule={rule} {...(onTry ? { onTry } : {})} /> : null}
      </div>
    </li>
  );
}

/** What else a rule says, in words, as far as it says it. */
function RuleFacts({ rule }: { rule: RuleBody }) {
  const facts = [
    rule.policy_type ? `only for ${rule.policy_type}` : 'for every policy type',
    `priority ${rule.priority.toLocaleString('en-US')}`,
    rule.min_approvals ? `${rule.min_approvals} ${rule.min_approvals === 1 ? 'person' : 'people'}` : null,
    rule.expires_in_seconds ? `expires after ${formatSpan(rule.expires_in_seconds * 1000)}` : null,
  ].filter((fact) => fact !== null);
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-12 text-ink-3">
      <span>{facts.join(' · ')}</span>
      {rule.tags.map((tag) => (
        <span key={tag} className="rounded-mark bg-sunk px-1.5 text-ink-2 [overflow-wrap:anywhere]">
          <VisibleText text={tag} />
        </span>
      ))}
    </p>
  );
}

function Examples({ rule, onTry }: Pick<RuleItemProps, 'rule' | 'onTry'>) {
  const count = rule.examples.length;
  return (
    <details>
      <summary className="w-fit rounded-control text-13 text-ink-2 hover:text-ink">
        {count === 1 ? '1 example' : `${count} examples`}
        <span className="sr-only"> of {rule.rule_id}</span>
      </summary>
      <ul className="mt-1 divide-y border-y">
        {rule.examples.map((example, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a version never changes, and names may repeat.
          <li key={place} className="flex items-start gap-3 py-2 text-13">
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <Expectation matches={example.expect} />
                <span className="[overflow-wrap:anywhere]">
                  <VisibleText text={example.name} />
                </span>
              </p>
              <p className="font-mono text-12 text-ink-3 [overflow-wrap:anywhere]">
                <VisibleText text={describeRequest(example.request)} />
              </p>
            </div>
            {onTry ? (
              <Button size="sm" onClick={() => onTry(example)}>
                Try
                <span className="sr-only"> {example.name}</span>
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </details>
  );
}

function describeRequest({ skill_id: skill, agent_id: agent, payload }: RuleExample['request']): string {
  return `${agent ? `${agent} · ` : ''}${skill} ${JSON.stringify(payload)}`;
}

function Expectation({ matches }: { matches: boolean }) {
  return (
    <span
      className={cx('inline-flex w-28 shrink-0 items-baseline gap-1.5 text-12', matches ? 'text-ink-2' : 'text-ink-3')}
    >
      <StatusShape>{matches ? <path d="M1.2 5.4 4 8.2 8.8 2" /> : <path d="M1 5h8" />}</StatusShape>
      {matches ? 'matches' : 'does not match'}
    </span>
  );
}
