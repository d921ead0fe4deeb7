'use client';

import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Section } from '@/components/ui/section';
import type { PolicySetSummary } from '@/lib/contracts';
import { AnswerColumns } from './answer-columns';
import { groupAnswers } from './answer-groups';
import { AnswerTable } from './answer-table';
import type { Asking } from './asking';
import { describeAnswers } from './playground-words';

interface AnswersProps {
  asking: Asking;
  sets: readonly PolicySetSummary[];
  /** The versions that are asked besides what decides now, in the order in which they stand. */
  chosen: readonly string[];
  onAskMore: (versions: readonly string[]) => void;
  onStop: () => void;
  onAskAgain: () => void;
  onLeaveOut: (version: string) => void;
}

/** What every version says: how many differ and how, each answer once with who gives it, and then version beside version. */
export function Answers({ asking, sets, chosen, onAskMore, onStop, onAskAgain, onLeaveOut }: AnswersProps) {
  const { now, replies, phase, active } = asking;
  const heard = useMemo(() => new Map([...replies].filter(([version]) => chosen.includes(version))), [chosen, replies]);
  const groups = useMemo(() => (now === null ? [] : groupAnswers(now, heard)), [now, heard]);
  const [sought, setSought] = useState<string | null>(null);
  if (phase === 'overtaken') {
    return (
      <Notice
        role="alert"
        tone="esc"
        title="What decides now has changed meanwhile"
        action={<Button onClick={onAskAgain}>Ask again</Button>}
      >
        What was heard before does not belong to what would be heard now.
      </Notice>
    );
  }
  const left = chosen.filter((version) => !heard.has(version));
  const refused = [...heard.values()].filter((reply) => 'refusal' in reply).length;
  const summary = describeAnswers(groups, refused, phase === 'asking' ? 0 : left.length);
  return (
    <Section title="Answers">
      <div className="grid gap-5">
        {phase === 'asking' ? <Progress heard={heard.size} of={chosen.length} onStop={onStop} /> : null}
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-14 empty:hidden">
          {/* Told once, when all is heard, and not after each call. */}
          <p role="status" aria-label="What the answers come to" className="empty:hidden">
            {phase === 'asking' ? '' : summary}
          </p>
          {phase === 'resting' && left.length > 0 ? (
            <Button onClick={() => onAskMore(left)}>
              {left.length === 1 ? 'Ask that one too' : `Ask the other ${left.length} too`}
            </Button>
          ) : null}
        </div>
        {heard.size > 0 ? <AnswerTable groups={groups} active={active} onSeek={setSought} /> : null}
        {now === null ? null : (
          <AnswerColumns
            now={now}
            active={active}
            heard={heard}
            order={chosen}
            sets={sets}
            sought={sought}
            onFound={() => setSought(null)}
            onLeaveOut={onLeaveOut}
          />
        )}
      </div>
    </Section>
  );
}

/** How far the asking is, as a line that fills and in words. */
function Progress({ heard, of, onStop }: { heard: number; of: number; onStop: () => void }) {
  const words = of === 0 ? 'Asking' : `${heard} of ${of} versions have answered`;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <div className="grid min-w-0 max-w-96 flex-1 gap-1.5">
        <div
          role="progressbar"
          aria-label="Answered"
          aria-valuetext={words}
          aria-valuemin={0}
          aria-valuemax={Math.max(1, of)}
          aria-valuenow={heard}
          className="h-1.5 overflow-hidden rounded-full bg-line"
        >
          <div className="h-full rounded-full bg-act" style={{ width: of === 0 ? '0%' : `${(heard / of) * 100}%` }} />
        </div>
        <p className="text-12 text-ink-3">{words}</p>
      </div>
      <Button size="sm" onClick={onStop}>
        Stop
      </Button>
    </div>
  );
}
