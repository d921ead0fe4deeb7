'use client';

import { useQueryClient } from '@tanstack/react-query';
import { MessageSquareIcon } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Button, ButtonLink } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import { Tooltip } from '@/components/ui/tooltip';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { STEP_UP_WINDOW_MS } from '@/lib/domain/access';
import { type Actions, type Availability, actionsOn } from './actions';
import type { Act } from './foresee';
import { signedAnswersOf } from './form/answers';
import { ApproveDialog } from './form/approve-dialog';
import { findNext } from './next';
import { StepUpDialog } from './step-up-dialog';
import { useDoing } from './use-doing';
import { useNote } from './use-note';
import { readLists } from './use-request';
import type { Viewer } from './viewer';

/** What is said when an act needs words and there are none. */
const NEEDS_WORDS = {
  approve: 'Using level 5 needs a reason. Write it here, then approve.',
  reject: 'Say why: a rejection needs a reason. Write it here, then reject.',
  cancel: 'Say why it is taken back. Write it here, then cancel.',
  comment: 'Write your comment here first.',
} as const satisfies Record<Act, string>;

const LEVEL_FIVE = `Level 5 needs a reason, and a sign-in of the last ${STEP_UP_WINDOW_MS / 60_000} minutes.`;

export interface DecisionBarProps {
  request: ApprovalRequestResource;
  viewer: Viewer;
  actions: Actions;
  /** Buttons stay where they are when the request ends while it is looked at; a request that was over has none. */
  undecided: boolean;
}

const whyNot = (availability: Availability) => (availability.able ? null : availability.why);

/** A note and what to do with it. At the bottom, where the eye ends and the thumb is. */
export function DecisionBar({ request, viewer, actions, undecided }: DecisionBarProps) {
  const [shown] = useState(undecided);
  const [note, setNote] = useNote(request.request_id);
  // What was pressed without the words it needs: Control and Enter in the note then send it.
  const [meant, setMeant] = useState<Act | null>(null);
  const missing = note.trim() === '' ? meant : null;
  const [steppingUp, setSteppingUp] = useState(false);
  const [fillingIn, setFillingIn] = useState(false);
  const noteRef = useRef<HTMLTextAreaElement>(null);
  const buttons = useRef<HTMLDivElement>(null);
  const goOn = useRef<HTMLAnchorElement>(null);
  const { perform, busy } = useDoing(request, viewer, () => {
    setFillingIn(false);
    setSteppingUp(true);
  });

  const over = shown && !undecided && busy === null;
  useEffect(() => {
    // Who pressed a button that is hidden now goes on where it was.
    const held = over && buttons.current?.contains(document.activeElement);
    if (held && buttons.current?.offsetParent === null) goOn.current?.focus();
  }, [over]);

  const availability: Record<Act, Availability> = {
    approve: actions.approve,
    reject: actions.reject,
    cancel: actions.cancel ?? { able: false, why: 'Only who asked, or an admin, cancels a request.' },
    comment: actions.comment ? { able: true } : { able: false, why: 'Your role may not comment.' },
  };

  const act = (what: Act) => {
    const why = whyNot(availability[what]);
    if (busy !== null) return;
    if (why !== null) return void toast.info(why);
    const words = note.trim();
    if (words === '' && (what !== 'approve' || actions.usesLevelFive)) {
      setMeant(what);
      noteRef.current?.focus();
      return;
    }
    setMeant(null);
    if (what === 'approve' && request.checkpoint?.inputs_schema) return setFillingIn(true);
    perform(what, words === '' ? null : words, { onDone: () => setNote('') });
  };

  // A key never does what the button beside it would not.
  const decidable = shown && busy === null;
  useShortcuts([
    { keys: 'a', label: 'Approve', group: 'Request', enabled: decidable, run: () => act('approve') },
    { keys: 'r', label: 'Reject', group: 'Request', enabled: decidable, run: () => act('reject') },
    {
      keys: 'c',
      label: 'Write a note',
      group: 'Request',
      enabled: actions.comment,
      run: () => noteRef.current?.focus(),
    },
  ]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') noteRef.current?.blur();
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && meant !== null) act(meant);
  };

  if (!shown && !actions.comment) return null;
  return (
    <section
      aria-label="Decision"
      data-decision-bar
      className="@container sticky bottom-0 z-20 border-t bg-surface px-4.5 pt-2.5 pb-[max(0.75rem,env(safe-area-inset-bottom))] rail:px-10 rail:py-3"
    >
      {/* The room there is, not the screen: beside the list it is less than half of it. */}
      <div className="flex max-w-190 flex-wrap items-start justify-end gap-2 @xl:flex-nowrap">
        <Field
          label="Note"
          hideLabel
          hint={actions.usesLevelFive && actions.approve.able && missing === null ? LEVEL_FIVE : undefined}
          error={missing === null ? undefined : NEEDS_WORDS[missing]}
          className="min-w-0 flex-1 @max-xl:basis-3/4"
        >
          <Textarea
            ref={noteRef}
            rows={1}
            maxLength={4000}
            placeholder="Note, kept in the record"
            value={note}
            onChange={(event) => setNote(event.target.value)}
            onKeyDown={onKeyDown}
            className="max-h-40 min-h-control resize-none py-[calc((var(--control-h)-1.25rem)/2-1px)]"
          />
        </Field>
        {actions.comment ? (
          <Tooltip content="Comment, and decide nothing">
            <Button variant="plain" busy={busy === 'comment'} onClick={() => act('comment')} className="w-control px-0">
              <MessageSquareIcon className="size-4" aria-hidden="true" />
              <span className="sr-only">Comment</span>
            </Button>
          </Tooltip>
        ) : null}
        {shown ? (
          <Decide ref={buttons} over={over} availability={availability} actions={actions} busy={busy} act={act} />
        ) : null}
        {over ? <GoOn id={request.request_id} viewer={viewer} ref={goOn} /> : null}
      </div>
      {request.checkpoint?.inputs_schema ? (
        <ApproveDialog
          checkpoint={request.checkpoint}
          form={request.checkpoint.inputs_schema}
          signed={signedAnswersOf(request)}
          open={fillingIn}
          onOpenChange={setFillingIn}
          busy={busy === 'approve'}
          onApprove={(approvalData, onFaults) =>
            perform('approve', note.trim() === '' ? null : note.trim(), {
              approvalData,
              onFaults,
              onDone: () => {
                setNote('');
                setFillingIn(false);
              },
            })
          }
        />
      ) : null}
      <StepUpDialog open={steppingUp} onOpenChange={setSteppingUp} />
    </section>
  );
}

interface GoOnProps {
  ref: RefObject<HTMLAnchorElement | null>;
  id: string;
  viewer: Viewer;
}

/** On a phone, what comes after a decision: what waits next, as far as the queue was read, or the queue. */
function GoOn({ ref, id, viewer }: GoOnProps) {
  const queries = useQueryClient();
  const [nowMs] = useState(() => Date.now());
  const next = findNext(readLists(queries), id, (request) => actionsOn(request, viewer, nowMs).approve.able);
  return (
    <ButtonLink
      ref={ref}
      variant="act"
      href={next === null ? '/queue' : `/requests/${next}`}
      prefetch={false}
      className="w-full rail:hidden"
    >
      {next === null ? 'Back to the queue' : 'Next request'}
    </ButtonLink>
  );
}

interface DecideProps {
  ref: RefObject<HTMLDivElement | null>;
  /** It has ended: where the thumb is, there is something better than buttons that do nothing. */
  over: boolean;
  availability: Record<Act, Availability>;
  actions: Actions;
  busy: Act | null;
  act: (what: Act) => void;
}

function Decide({ ref, availability, actions, busy, act, over }: DecideProps) {
  return (
    <div ref={ref} className={cx('flex gap-2 max-rail:w-full max-rail:*:flex-1', over && 'max-rail:hidden')}>
      {actions.cancel === null ? null : (
        <Button
          variant="plain"
          busy={busy === 'cancel'}
          disabledReason={whyNot(availability.cancel)}
          onClick={() => act('cancel')}
        >
          Cancel request
        </Button>
      )}
      <Button
        shortcut="r"
        busy={busy === 'reject'}
        disabledReason={whyNot(availability.reject)}
        onClick={() => act('reject')}
      >
        Reject
      </Button>
      <Button
        variant="act"
        shortcut="a"
        busy={busy === 'approve'}
        disabledReason={whyNot(availability.approve)}
        onClick={() => act('approve')}
      >
        Approve
      </Button>
    </div>
  );
}
