'use client';

import { ChevronRightIcon, Trash2Icon } from 'lucide-react';
import { useId } from 'react';
import { Badge } from '@/components/ui/badge';
import { IconButton } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { LevelGlyph } from '@/components/ui/level';
import { VisibleText } from '@/components/ui/visible-text';
import type { LevelDraft, LevelFaults } from './levels-draft';
import { readLevel } from './levels-draft';
import { LevelFields } from './levels-fields';
import { describePeople, describeRow, describeScope } from './levels-words';

interface LevelsRowProps {
  draft: LevelDraft;
  isOpen: boolean;
  /** Whether it is the row that speaks for the sample. */
  speaks: boolean;
  faults: LevelFaults | null;
  onToggle: () => void;
  onChange: (part: Partial<LevelDraft>) => void;
  onRemove: () => void;
}

/** A row on a line, which opens into its fields. */
export function LevelsRow({ draft, isOpen, speaks, faults, onToggle, onChange, onRemove }: LevelsRowProps) {
  const id = useId();
  const scope = describeScope({
    policy_type: draft.policyType || null,
    agent_id: draft.agentId.trim() || null,
    skill_id: draft.skillId.trim() || null,
  });
  const read = readLevel(draft);
  return (
    <li aria-labelledby={`${id}-scope`} data-level={draft.key} className="py-2.5">
      <div className="flex items-start gap-2">
        <h3 className="min-w-0 flex-1 font-normal text-14">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={`${id}-fields`}
            onClick={onToggle}
            className="group flex w-full items-start gap-2 rounded-mark py-1 text-left"
          >
            <ChevronRightIcon
              className={cx('mt-0.5 size-4 shrink-0 text-ink-3 transition-transform', isOpen && 'rotate-90')}
              aria-hidden="true"
            />
            <span className="grid min-w-0 flex-1 gap-0.5">
              <span className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
                <span id={`${id}-scope`} className="font-medium [overflow-wrap:anywhere] group-hover:underline">
                  <VisibleText text={scope} />
                </span>
                <span className="inline-flex items-center gap-2 text-13 text-ink-2">
                  <LevelGlyph level={Number(draft.level)} labelled />
                  {'row' in read ? describePeople(read.row.level, read.row.min_approvals) : `Level ${draft.level}`}
                </span>
                {speaks ? <Badge tone="act">speaks for the sample</Badge> : null}
              </span>
              {'row' in read ? (
                <span className="text-12 text-ink-3 [overflow-wrap:anywhere]">
                  <VisibleText text={describeRow(read.row).join(' · ')} />
                </span>
              ) : null}
              {faults === null || isOpen ? null : (
                <span className="text-12 text-no">{faults.scope ?? 'Something is wrong here'}</span>
              )}
            </span>
          </button>
        </h3>
        <IconButton label={`Remove ${scope}`} onClick={onRemove}>
          <Trash2Icon className="size-4" aria-hidden="true" />
        </IconButton>
      </div>
      <div id={`${id}-fields`} className="rail:pl-6">
        {isOpen ? <LevelFields draft={draft} faults={faults ?? {}} onChange={onChange} /> : null}
      </div>
    </li>
  );
}
