'use client';

import { PlusIcon } from 'lucide-react';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { Button, ButtonLink } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { EmptyState } from '@/components/ui/empty-state';
import { LeaveWarning } from '@/components/ui/leave-warning';
import { Notice } from '@/components/ui/notice';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { RelativeTime } from '@/components/ui/relative-time';
import { Section } from '@/components/ui/section';
import { toast } from '@/components/ui/toast';
import type { PolicySetBody } from '@/lib/contracts';
import { PoliciesLink } from '../policies-link';
import { countRules } from '../policies-words';
import type { DraftAction } from './draft-actions';
import { takeDrawnRule } from './drawn-rule';
import { forgetDraft } from './kept-draft';
import { placeRule, type RuleActs, RuleRow } from './rule-row';
import { SaveBar } from './save-bar';
import {
  duplicateRule,
  emptyRule,
  payloadsOf,
  type RuleDraft,
  type SetDraft,
  toRuleDraft,
  toSetDraft,
} from './set-draft';
import { SetFields } from './set-fields';
import { useSaveSet } from './use-save-set';
import { useSetDraft } from './use-set-draft';

export interface SetEditorProps {
  tenantId: string;
  userId: string;
  /** What it begins with: a version, `starter`, or nothing. */
  from: string;
  /** Whether a rule that was drawn from precedents may be waiting for it. */
  takesDrawn: boolean;
  base: Pick<PolicySetBody, 'description' | 'default' | 'rules'> | null;
  /** The version that decides, if rules do. */
  active: string | null;
}

/** A new version of the rules while it is written. */
export function SetEditor({ tenantId, userId, from, takesDrawn, base, active }: SetEditorProps) {
  const place = { tenantId, userId, from };
  const { draft, dispatch, isDirty, restoredAt, isKept, startAgain } = useSetDraft(place, () => toSetDraft(base));
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [isSaved, setSaved] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const [wrong, setWrong] = useState<readonly string[]>([]);
  useEffect(() => {
    // Drawn by now: what was just opened has its fields.
    const [first] = wrong;
    const row = first === undefined ? null : list.current?.querySelector(`[data-rule="${first}"]`);
    const place = row?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? row?.querySelector<HTMLElement>('input');
    place?.focus();
  }, [wrong]);
  const [drawn, setDrawn] = useState<string | null>(null);
  useEffect(() => {
    // After what was kept is here again, and to it.
    const left = takesDrawn ? takeDrawnRule() : null;
    if (left === null) return;
    const rule = toRuleDraft(left);
    dispatch({ type: 'add', rule });
    setDrawn(rule.key);
    setOpen((before) => new Set([...before, rule.key]));
    setWrong([rule.key]);
  }, [takesDrawn, dispatch]);
  const saving = useSaveSet({
    tenantId,
    draft,
    onSaved: () => {
      forgetDraft(place);
      setSaved(true);
    },
    onFaults: (keys) => {
      setOpen((before) => new Set([...before, ...keys]));
      setWrong(keys);
    },
  });
  const acts = useRuleActs(draft, dispatch, setOpen, list);
  const add = () => {
    const rule = emptyRule();
    dispatch({ type: 'insert', rule, at: draft.rules.length });
    setOpen((before) => new Set([...before, rule.key]));
    setWrong([rule.key]);
  };
  return (
    <div className={cx(PAGE_BODY, 'grid grid-cols-1 gap-6')}>
      <PageHeader title="New version" meta={<PoliciesLink />} description={describeStart(from)} />
      {restoredAt === null ? null : (
        <Notice
          tone="act"
          role="status"
          title="What you had not saved is here again"
          action={
            <Button size="sm" onClick={startAgain}>
              Start again
            </Button>
          }
        >
          Written <RelativeTime at={restoredAt} /> ago and kept in this browser.
        </Notice>
      )}
      {draft.rules.some(({ key }) => key === drawn) ? (
        <Notice tone="act" role="status" title="A rule is drawn from the precedents">
          It stands last and is true of each of them. What they have in common need not be why they ended so: read it
          before you save.
        </Notice>
      ) : null}
      <SetFields draft={draft} dispatch={dispatch} />
      <Section
        title="Rules"
        description={`${countRules(draft.rules.length)}. Any deny wins, then the highest level asked for, then an allow: their order decides nothing.`}
      >
        {draft.rules.length === 0 ? (
          <div className="border-y">
            <NoRules from={from} active={active} />
          </div>
        ) : (
          <ol ref={list} aria-label="Rules" className="divide-y border-y">
            {draft.rules.map((rule, index) => (
              <RuleRow
                key={rule.key}
                rule={rule}
                {...placeRule(draft.rules, index)}
                isOpen={open.has(rule.key)}
                problem={saving.problems.get(rule.key) ?? null}
                acts={acts}
              />
            ))}
          </ol>
        )}
        <Button className="mt-4" icon={<PlusIcon className="size-4" aria-hidden="true" />} onClick={add}>
          Add a rule
        </Button>
      </Section>
      <SaveBar saving={saving} draft={draft} isDirty={isDirty} isKept={isKept} />
      <LeaveWarning isDirty={isDirty && !isSaved} isKept={isKept} />
    </div>
  );
}

function describeStart(from: string): string {
  if (from === '') return 'From nothing';
  return from === 'starter' ? 'Begins with the starting set' : `Begins with ${from}`;
}

function NoRules({ from, active }: Pick<SetEditorProps, 'from' | 'active'>) {
  if (from !== '')
    return <EmptyState title="There are no rules in it">Every request gets the answer above.</EmptyState>;
  return (
    <EmptyState
      title="There are no rules in it yet"
      action={
        <div className="flex flex-wrap justify-center gap-2">
          {active === null ? null : <ButtonLink href={`/policies/new?from=${active}`}>Begin with {active}</ButtonLink>}
          <ButtonLink href="/policies/new?from=starter">Begin with the starting set</ButtonLink>
        </div>
      }
    >
      Add one below, or begin with rules that are there: the starting set covers payments, deploys, data access and the
      tools of agents.
    </EmptyState>
  );
}

/** What the rows do. The functions stay the same; what they need of the newest draft they look up. */
function useRuleActs(
  draft: SetDraft,
  dispatch: (action: DraftAction) => void,
  setOpen: (change: (before: ReadonlySet<string>) => ReadonlySet<string>) => void,
  list: RefObject<HTMLOListElement | null>,
): RuleActs {
  const latest = useRef(draft);
  useEffect(() => {
    latest.current = draft;
  });
  return useMemo(() => {
    const placeOf = (key: string) => latest.current.rules.findIndex((rule) => rule.key === key);
    return {
      toggle: (key) =>
        setOpen((before) =>
          before.has(key) ? new Set([...before].filter((each) => each !== key)) : new Set([...before, key]),
        ),
      change: (key, part) => dispatch({ type: 'change', key, part }),
      move: (key, by) => {
        const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
        dispatch({ type: 'move', key, by });
        // A row that is taken out and put in elsewhere has lost the focus.
        requestAnimationFrame(() => focused?.focus());
      },
      duplicate: (rule) => {
        const copy = duplicateRule(
          rule,
          latest.current.rules.map(({ ruleId }) => ruleId),
        );
        dispatch({ type: 'insert', rule: copy, at: placeOf(rule.key) + 1 });
        setOpen((before) => new Set([...before, copy.key]));
      },
      remove: (rule) => removeWithWayBack(rule, placeOf(rule.key), dispatch, list),
      payloads: () => payloadsOf(latest.current.rules),
    };
  }, [dispatch, setOpen, list]);
}

function removeWithWayBack(
  rule: RuleDraft,
  at: number,
  dispatch: (action: DraftAction) => void,
  list: RefObject<HTMLOListElement | null>,
): void {
  dispatch({ type: 'remove', key: rule.key });
  toast(`${rule.ruleId.trim() || 'The rule'} is removed`, {
    action: { label: 'Undo', onClick: () => dispatch({ type: 'insert', rule, at }) },
  });
  // The row that had the focus is gone: the next one has it, or the last.
  requestAnimationFrame(() => {
    const rows = list.current?.querySelectorAll<HTMLElement>(':scope > li h3 button') ?? [];
    rows[Math.min(at, rows.length - 1)]?.focus();
  });
}
