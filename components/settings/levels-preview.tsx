'use client';

import Link from 'next/link';
import { EFFECT_OF, Effect } from '@/components/policies/effect';
import { versionHref } from '@/components/policies/policies-words';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Notice } from '@/components/ui/notice';
import { Section } from '@/components/ui/section';
import { Select } from '@/components/ui/select';
import { VisibleText } from '@/components/ui/visible-text';
import type { LevelRow } from '@/lib/contracts';
import { POLICY_TYPES, type PolicyQuestion, type PolicyType } from '@/lib/domain/policy';
import { parseUnits } from './levels-draft';
import { describeEscalation, describePeople, describeScope, type Foreseen } from './levels-words';
import { formatWait } from './waits';

/** A request that the rows are looked at with. */
export interface Sample {
  skillId: string;
  agentId: string;
  policyType: PolicyType;
  cost: string;
  tokens: string;
}

const TYPES = POLICY_TYPES.map((type) => ({ value: type, label: type }));

/** What the sample asks; an amount that is none is an amount nobody knows. */
export function toQuestion(sample: Sample): PolicyQuestion {
  const known = (value: number | null) => (value !== null && Number.isSafeInteger(value) && value >= 0 ? value : null);
  const costCents = known(parseUnits(sample.cost));
  return {
    policyType: sample.policyType,
    skillId: sample.skillId.trim(),
    agentId: sample.agentId.trim() || null,
    costCents,
    costP95Cents: costCents,
    costDistrust: null,
    tokens: known(sample.tokens.trim() === '' ? null : Number(sample.tokens)),
    requiredLevel: null,
    minApprovals: null,
  };
}

interface LevelsPreviewProps {
  sample: Sample;
  onChange: (part: Partial<Sample>) => void;
  foreseen: Foreseen;
  /** The row that speaks. */
  row: LevelRow | null;
  /** How many rows are left out because something is wrong with them. */
  leftOut: number;
  active: string | null;
}

/** What the rows, as they stand in the fields, make of a request: seen while they are written, before anything is saved. */
export function LevelsPreview({ sample, onChange, foreseen, row, leftOut, active }: LevelsPreviewProps) {
  const text = (name: 'skillId' | 'agentId' | 'cost' | 'tokens') => ({
    value: sample[name],
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  return (
    <Section title="A sample request" description="What the rows make of it, before they are saved">
      <div className="grid grid-cols-2 items-start gap-3">
        <Field label="Skill">
          <Input mono maxLength={200} {...text('skillId')} />
        </Field>
        <Field label="Agent">
          <Input mono maxLength={200} {...text('agentId')} />
        </Field>
        <Field label="Policy type" className="col-span-full">
          <Select options={TYPES} value={sample.policyType} onValueChange={(policyType) => onChange({ policyType })} />
        </Field>
        <Field label="Amount" hint="Empty: unknown">
          <Input inputMode="decimal" {...text('cost')} />
        </Field>
        <Field label="Tokens" hint="Empty: unknown">
          <Input inputMode="numeric" {...text('tokens')} />
        </Field>
      </div>
      <div role="status" aria-label="What the sample needs" className="mt-4 grid gap-2.5 border-t pt-3">
        <Result foreseen={foreseen} row={row} />
        {leftOut === 0 ? null : (
          <p className="text-12 text-no">
            {leftOut === 1 ? 'One row is wrong and left out.' : `${leftOut} rows are wrong and left out.`}
          </p>
        )}
      </div>
      {active === null ? null : (
        <Notice tone="open" title="Rules decide" className="mt-4">
          <Link href={versionHref(active)} className="rounded-mark font-mono text-act hover:underline">
            {active}
          </Link>{' '}
          is active: its rules say whether something is allowed, denied or needs people, and these rows fill in only the
          level, the people and the times that they leave open. No limit here approves anything while rules decide.
        </Notice>
      )}
    </Section>
  );
}

function Result({ foreseen: { answer, why }, row }: { foreseen: Foreseen; row: LevelRow | null }) {
  const needsPeople = answer.decision === 'requires_approval';
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Effect effect={EFFECT_OF[answer.decision]} level={needsPeople ? answer.level : null} />
        <span className="font-medium">
          {needsPeople ? describePeople(answer.level, answer.minApprovals) : 'Approved automatically'}
        </span>
      </p>
      <p className="text-13 text-ink-2 [overflow-wrap:anywhere]">
        {row === null ? null : (
          <>
            <b className="font-medium text-ink">
              <VisibleText text={describeScope(row)} />
            </b>{' '}
            speaks.{' '}
          </>
        )}
        {why}
      </p>
      <ul className="grid gap-1 text-13 text-ink-2">
        {answer.reasons.map((reason) => (
          <li key={reason} className="[overflow-wrap:anywhere]">
            <VisibleText text={reason} />
          </li>
        ))}
      </ul>
      {needsPeople ? (
        <p className="text-12 text-ink-3 [overflow-wrap:anywhere]">
          <VisibleText text={describeEscalation(answer)} /> · expires after {formatWait(answer.expiresInSeconds)}
        </p>
      ) : null}
    </>
  );
}
