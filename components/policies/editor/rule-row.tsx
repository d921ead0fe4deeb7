'use client';

import { ArrowDownIcon, ArrowUpIcon, ChevronRightIcon, CopyIcon, Trash2Icon } from 'lucide-react';
import { memo, useId } from 'react';
import type { CodeFault } from '@/components/code/code-mirror';
import { IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { VisibleText } from '@/components/ui/visible-text';
import { Effect } from '../effect';
import { RuleFields } from './rule-fields';
import type { RuleDraft, RuleFaults } from './set-draft';

/** What kept a rule from being saved. */
export interface RuleProblem {
  /** The rule as it was then: once it has been changed, this says nothing any more. */
  rule: RuleDraft;
  faults: RuleFaults;
  conditions: readonly CodeFault[];
}

/** What the list does with a rule; the same functions for all of them, so that a rule that is not touched is not drawn again. */
export interface RuleActs {
  toggle: (key: string) => void;
  change: (key: string, part: Partial<RuleDraft>) => void;
  move: (key: string, by: -1 | 1) => void;
  duplicate: (rule: RuleDraft) => void;
  remove: (rule: RuleDraft) => void;
  payloads: () => readonly unknown[];
}

/** What a row says of its place: no more than it shows, so that a rule more or less draws its neighbours anew and nobody else. */
export interface RulePlace {
  isFirst: boolean;
  isLast: boolean;
  /** Counted from 1, where the rule has no id to be called by; else null. */
  unnamed: number | null;
}

/** Where a rule stands among all of them. */
export function placeRule(rules: readonly RuleDraft[], index: number): RulePlace {
  const isUnnamed = rules[index]?.ruleId.trim() === '';
  return { isFirst: index === 0, isLast: index === rules.length - 1, unnamed: isUnnamed ? index + 1 : null };
}

interface RuleRowProps extends RulePlace {
  rule: RuleDraft;
  isOpen: boolean;
  problem: RuleProblem | null;
  acts: RuleActs;
}

const NO_FAULTS: RuleFaults = {};

/** A rule on a line, which opens into its fields. */
export const RuleRow = memo(function RuleRow(props: RuleRowProps) {
  const { rule, isFirst, isLast, unnamed, isOpen, problem, acts } = props;
  const id = useId();
  const named = unnamed === null ? rule.ruleId.trim() : `rule ${unnamed}`;
  const current = problem?.rule === rule ? problem : null;
  const faultCount = Object.keys(current?.faults ?? {}).length;
  const of = ` ${named}`;
  return (
    <li aria-labelledby={`${id}-name`} data-rule={rule.key} className="py-3">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <h3 className="min-w-0 flex-1 basis-64 font-normal text-14">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={`${id}-fields`}
            onClick={() => acts.toggle(rule.key)}
            className="group flex w-full items-start gap-2 rounded-mark py-1 text-left"
          >
            <ChevronRightIcon
              className={cx('mt-0.5 size-4 shrink-0 text-ink-3 transition-transform', isOpen && 'rotate-90')}
              aria-hidden="true"
            />
            <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-3 gap-y-1">
              <span className="w-26 shrink-0">
                <Effect
                  effect={rule.effect}
                  level={rule.effect === 'require_approval' && rule.level ? Number(rule.level) : null}
                />
              </span>
              <span className="min-w-0 flex-1 basis-52 font-medium [overflow-wrap:anywhere] group-hover:underline">
                {rule.reason.trim() === '' ? (
                  <span className="text-ink-3">Without a reason</span>
                ) : (
                  <VisibleText text={rule.reason} />
                )}
              </span>
              <code id={`${id}-name`} className="font-mono text-12 text-ink-3 [overflow-wrap:anywhere]">
                {named}
              </code>
            </span>
          </button>
        </h3>
        <div className="ml-auto flex gap-0.5">
          <IconButton label={`Move up${of}`} disabled={isFirst} onClick={() => acts.move(rule.key, -1)}>
            <ArrowUpIcon className="size-4" aria-hidden="true" />
          </IconButton>
          <IconButton label={`Move down${of}`} disabled={isLast} onClick={() => acts.move(rule.key, 1)}>
            <ArrowDownIcon className="size-4" aria-hidden="true" />
          </IconButton>
          <IconButton label={`Duplicate${of}`} onClick={() => acts.duplicate(rule)}>
            <CopyIcon className="size-4" aria-hidden="true" />
          </IconButton>
          <IconButton label={`Remove${of}`} onClick={() => acts.remove(rule)}>
            <Trash2Icon className="size-4" aria-hidden="true" />
          </IconButton>
        </div>
      </div>
      {isOpen ? null : (
        <p className="truncate pl-6 font-mono text-12 text-ink-3">
          {rule.when.trim() === '' ? 'Without a condition' : rule.when}
        </p>
      )}
      {faultCount > 0 && !isOpen ? (
        <p className="pl-6 text-12 text-no">
          {faultCount === 1 ? 'One thing is' : `${faultCount} things are`} wrong here
        </p>
      ) : null}
      <div id={`${id}-fields`} className="rail:pl-6">
        {isOpen ? (
          <RuleFields
            rule={rule}
            faults={current?.faults ?? NO_FAULTS}
            served={current?.conditions ?? []}
            payloads={acts.payloads}
            onChange={(part) => acts.change(rule.key, part)}
          />
        ) : null}
      </div>
    </li>
  );
});
