import { useState } from 'react';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { type Column, Table } from '@/components/ui/table';
import { VisibleText } from '@/components/ui/visible-text';
import { EFFECT_OF, Effect } from '../effect';
import type { AnswerGroup } from './answer-groups';
import type { Aspect } from './differences';
import { nameDifferences } from './playground-words';

/** So many versions of an answer are named, and so many answers are shown, until somebody wants all of them. */
const MOST_NAMED = 6;
const MOST_GROUPS = 12;

interface AnswerTableProps {
  /** The first is what decides now. */
  groups: readonly AnswerGroup[];
  active: string | null;
  /** Leads to what one version says in full. */
  onSeek: (version: string) => void;
}

/** Each answer once: whether and in what it differs from what decides now, and the versions that give it. */
export function AnswerTable({ groups, active, onSeek }: AnswerTableProps) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? groups : groups.slice(0, MOST_GROUPS);
  return (
    <div className="grid justify-items-start gap-2.5">
      <Table
        label="Each answer, and who gives it"
        columns={columnsFor(groups[0], active, onSeek)}
        rows={shown}
        rowKey={({ versions }) => versions[0] ?? 'now'}
      />
      {shown.length < groups.length ? (
        <Button size="sm" onClick={() => setWhole(true)}>
          Show {groups.length - shown.length} further answers
        </Button>
      ) : null}
    </div>
  );
}

function columnsFor(
  first: AnswerGroup | undefined,
  active: string | null,
  onSeek: AnswerTableProps['onSeek'],
): Column<AnswerGroup>[] {
  return [
    {
      key: 'answer',
      header: 'Answer',
      rowHeader: true,
      width: 'w-64',
      cell: ({ answer: { decision, approval_level_required: level, min_approvals: people } }) => (
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1 font-normal">
          <Effect effect={EFFECT_OF[decision]} level={level} />
          {level === null ? null : (
            <span className="text-ink-2">
              Level {level}, {people === 1 ? 'one person' : `${people} people`}
            </span>
          )}
        </span>
      ),
    },
    {
      key: 'differs',
      header: 'Differs in',
      width: 'w-44',
      cell: (group) =>
        group === first ? <span className="text-ink-3">nothing</span> : <Differences of={group.differs} />,
    },
    {
      key: 'why',
      header: 'Because',
      cell: ({ answer: { reasons, matched_rules: rules } }) => (
        <>
          {reasons.length === 0 ? (
            <span className="text-ink-3">no reason</span>
          ) : (
            <VisibleText text={reasons.join(' · ')} />
          )}
          <span className="block font-mono text-12 text-ink-3">
            {rules.length === 0 ? 'no rule' : rules.map(({ rule_id: id }) => id).join(', ')}
          </span>
        </>
      ),
    },
    {
      key: 'versions',
      header: 'Versions',
      width: 'w-72',
      cell: (group) => (
        <Versions
          versions={group.versions}
          now={group === first ? (active ?? 'The level configuration') : null}
          onSeek={onSeek}
        />
      ),
    },
  ];
}

/** The gravest difference first, and so that it is seen. */
function Differences({ of }: { of: ReadonlySet<Aspect> }) {
  const [gravest = '', ...others] = nameDifferences(of);
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <Badge tone="esc">{gravest}</Badge>
      <span className="text-12 text-ink-3">{others.join(', ')}</span>
    </span>
  );
}

interface VersionsProps {
  versions: readonly string[];
  /** What decides now, if it gives this answer. */
  now: string | null;
  onSeek: AnswerTableProps['onSeek'];
}

function Versions({ versions, now, onSeek }: VersionsProps) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? versions : versions.slice(0, MOST_NAMED);
  return (
    <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
      {now === null ? null : (
        <span className="text-12">
          <span className="font-mono">{now}</span> <span className="text-ink-3">decides now</span>
        </span>
      )}
      {shown.map((version) => (
        <button key={version} type="button" onClick={() => onSeek(version)} className={`${LINK} font-mono`}>
          {version}
        </button>
      ))}
      {shown.length < versions.length ? (
        <button type="button" onClick={() => setWhole(true)} className={LINK}>
          and {versions.length - shown.length} more
        </button>
      ) : null}
    </span>
  );
}

const LINK = 'inline-flex items-center rounded-mark text-12 text-act hover:underline max-rail:min-h-7';
