'use client';

import { XIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button, IconButton } from '@/components/ui/button';
import { Switch } from '@/components/ui/switch';
import type { EvaluationResource, PolicySetSummary } from '@/lib/contracts';
import { Answer, AnswerTitle } from '../answer';
import type { Reply } from './ask-versions';
import { type Aspect, differencesOf } from './differences';
import { wordFor } from './playground-words';

/** So many stand beside each other until more are wanted: a browser lays out hundreds slowly. */
const PAGE = 24;

interface AnswerColumnsProps {
  now: EvaluationResource;
  active: string | null;
  heard: ReadonlyMap<string, Reply>;
  /** In which they stand. */
  order: readonly string[];
  sets: readonly PolicySetSummary[];
  /** A version that somebody wants to see in full. */
  sought: string | null;
  onFound: () => void;
  onLeaveOut: (version: string) => void;
}

/** Version beside version, newest first; what decides now stays in view where there is room. */
export function AnswerColumns({ now, active, heard, order, sets, sought, onFound, onLeaveOut }: AnswerColumnsProps) {
  const [onlyOther, setOnlyOther] = useState(false);
  const [room, setRoom] = useState(PAGE);
  const columns = order.flatMap((version) => {
    const reply = heard.get(version);
    if (reply === undefined) return [];
    const differs = 'answer' in reply ? differencesOf(reply.answer, now) : null;
    return onlyOther && differs?.size === 0 ? [] : [{ version, reply, differs }];
  });
  const place = columns.findIndex(({ version }) => version === sought);
  const pane = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (sought === null) return;
    if (place === -1) {
      setOnlyOther(false);
      return;
    }
    if (place >= room) {
      setRoom(Math.ceil((place + 1) / PAGE) * PAGE);
      return;
    }
    const column = pane.current?.querySelector<HTMLElement>(`[data-version="${CSS.escape(sought)}"]`);
    column?.focus({ preventScroll: true });
    column?.scrollIntoView({ block: 'nearest', inline: 'center' });
    onFound();
  }, [sought, place, room, onFound]);
  const words = new Map(sets.map((set) => [set.version, wordFor(set)]));
  const shown = columns.slice(0, room);
  return (
    <div className="grid gap-3">
      {heard.size === 0 ? null : (
        <Switch
          label="Only what differs"
          checked={onlyOther}
          onCheckedChange={setOnlyOther}
          className="justify-self-start text-13"
        />
      )}
      <section
        ref={pane}
        aria-label="Side by side"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached with the keyboard.
        tabIndex={0}
        className="relative flex snap-x snap-proximity scroll-px-4 items-stretch gap-x-6 overflow-x-auto pb-3 rail:scroll-pl-72"
      >
        <div className={`${COLUMN} rail:sticky rail:left-0 rail:z-10 rail:bg-surface rail:pr-3`}>
          {active === null ? (
            <Answer title={null} what="The level configuration, which decides now" answer={now} />
          ) : (
            <Answer title={active} what="decides now" answer={now} />
          )}
        </div>
        {shown.map(({ version, reply, differs }) => (
          <div key={version} data-version={version} tabIndex={-1} className={COLUMN}>
            <Column
              version={version}
              word={words.get(version) ?? 'not found'}
              reply={reply}
              differs={differs}
              onLeaveOut={() => onLeaveOut(version)}
            />
          </div>
        ))}
        {shown.length < columns.length ? (
          <div className="grid shrink-0 content-center">
            <Button onClick={() => setRoom(room + PAGE)}>
              Show {Math.min(PAGE, columns.length - shown.length)} more
            </Button>
          </div>
        ) : null}
      </section>
    </div>
  );
}

const COLUMN = 'w-66 max-w-[85%] shrink-0 snap-start';

interface ColumnProps {
  version: string;
  word: string;
  reply: Reply;
  /** Null where there is no answer. */
  differs: ReadonlySet<Aspect> | null;
  onLeaveOut: () => void;
}

function Column({ version, word, reply, differs, onLeaveOut }: ColumnProps) {
  const leaveOut = (
    <IconButton label={`Do not ask ${version}`} hint={false} onClick={onLeaveOut}>
      <XIcon className="size-3.5" aria-hidden="true" />
    </IconButton>
  );
  if ('answer' in reply) {
    return (
      <Answer title={version} what={word} answer={reply.answer} action={leaveOut} {...(differs ? { differs } : {})} />
    );
  }
  return (
    <section aria-label={version} className="min-w-0 border-t pt-2.5">
      <AnswerTitle title={version} what={word} action={leaveOut} />
      <p className="mt-1.5 text-13 text-no [overflow-wrap:anywhere]">It gives no answer: {reply.refusal}</p>
    </section>
  );
}
