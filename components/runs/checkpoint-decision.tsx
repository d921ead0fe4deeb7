'use client';

import Link from 'next/link';
import { useRef, useState } from 'react';
import { useEmergencyStop } from '@/components/live/emergency-stop';
import { actionsOn, stateAt } from '@/components/request/actions';
import { signedAnswersOf } from '@/components/request/form/answers';
import { type Approve, ApproveForm } from '@/components/request/form/approve-form';
import { StepUpDialog } from '@/components/request/step-up-dialog';
import { useDoing } from '@/components/request/use-doing';
import { useNote } from '@/components/request/use-note';
import { useEligible, useRequest } from '@/components/request/use-request';
import type { Viewer } from '@/components/request/viewer';
import { Button } from '@/components/ui/button';
import { useClock } from '@/components/ui/clock';
import { Field } from '@/components/ui/field';
import { FoldedText } from '@/components/ui/folded-text';
import { LevelGlyph } from '@/components/ui/level';
import { Notice } from '@/components/ui/notice';
import { Countdown } from '@/components/ui/relative-time';
import { SignatureLine } from '@/components/ui/signature-line';
import { toSignatureSlots } from '@/components/ui/signature-slots';
import { Skeleton } from '@/components/ui/skeleton';
import { Textarea } from '@/components/ui/textarea';
import { type ApprovalRequestResource, FormSchema } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';

const NO_FORM = FormSchema.parse({ properties: {} });

/** What a task waits for, decided where it stands in its run: the question, who it needs, its form, yes or no. */
export function CheckpointDecision({ requestId, viewer }: { requestId: string; viewer: Viewer }) {
  const { data: request, error } = useRequest(requestId);
  if (request) return <Decision request={request} viewer={viewer} />;
  if (error === null) return <Skeleton className="h-40 w-full" />;
  return (
    <Notice role="alert" tone="no" title="What is asked could not be read">
      {error.message}
    </Notice>
  );
}

function Decision({ request, viewer }: { request: ApprovalRequestResource; viewer: Viewer }) {
  const { data: eligible } = useEligible(request);
  const stop = useEmergencyStop();
  const isUp = useClock((nowMs) => nowMs >= Date.parse(request.expires_at));
  const nowMs = isUp ? Number.POSITIVE_INFINITY : 0;
  const state = stateAt(request, nowMs);
  const actions = actionsOn(request, viewer, nowMs, { eligible, stopped: stop?.active ?? false });
  const slots = toSignatureSlots({ ...request, status: state }, { canSign: actions.approve.able, level: viewer.level });
  return (
    <div className="grid gap-4 *:min-w-0">
      <p className="text-balance font-medium text-16 [overflow-wrap:anywhere]">
        <FoldedText text={request.checkpoint?.prompt ?? request.title} />
      </p>
      <p className="flex flex-wrap items-baseline gap-x-2 text-12 text-ink-3">
        <span className="inline-flex items-baseline gap-1.5">
          <LevelGlyph level={request.required_level} labelled className="text-ink-2" />
          Level {request.required_level}
          {request.min_approvals > 1 ? `, ${request.min_approvals} people` : null}
        </span>
        {isOpen(state) ? (
          <span>
            · expires in <Countdown at={request.expires_at} />
          </span>
        ) : null}
        <Link
          href={`/requests/${request.request_id}`}
          prefetch={false}
          className="rounded-mark text-act hover:underline"
        >
          Everything about it
        </Link>
      </p>
      <SignatureLine id={request.request_id} slots={slots} />
      <Buttons request={request} viewer={viewer} actions={actions} open={isOpen(state)} />
    </div>
  );
}

interface ButtonsProps {
  request: ApprovalRequestResource;
  viewer: Viewer;
  actions: ReturnType<typeof actionsOn>;
  open: boolean;
}

const REJECTING = 'Say why: a rejection needs a reason.';
const LEVEL_FIVE = 'Using level 5 needs a reason.';

function Buttons({ request, viewer, actions, open }: ButtonsProps) {
  const [note, setNote] = useNote(request.request_id);
  const [missing, setMissing] = useState<string | null>(null);
  const [steppingUp, setSteppingUp] = useState(false);
  const noteRef = useRef<HTMLTextAreaElement>(null);
  const { perform, busy } = useDoing(request, viewer, () => setSteppingUp(true));
  const words = note.trim() === '' ? null : note.trim();
  const needWords = (why: string) => {
    setMissing(why);
    noteRef.current?.focus();
  };
  const approve: Approve = (approvalData, onFaults) => {
    if (words === null && actions.usesLevelFive) return needWords(LEVEL_FIVE);
    setMissing(null);
    const hasForm = request.checkpoint?.inputs_schema != null;
    perform('approve', words, { approvalData: hasForm ? approvalData : null, onFaults, onDone: () => setNote('') });
  };
  const reject = () => {
    if (words === null) return needWords(REJECTING);
    setMissing(null);
    perform('reject', words, { onDone: () => setNote('') });
  };
  const blocked = actions.approve.able ? null : actions.approve.why;
  // While it is sent it looks decided already; what was typed has to be there if the server refuses.
  if (!open && busy === null) return null;
  return (
    <>
      <ApproveForm
        form={request.checkpoint?.inputs_schema ?? NO_FORM}
        signed={signedAnswersOf(request)}
        onApprove={approve}
      >
        <Field label="Note" hint="Kept in the record" error={words === null ? missing : null}>
          <Textarea
            ref={noteRef}
            rows={1}
            maxLength={4000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </Field>
        {blocked === null || busy !== null ? null : <p className="text-13 text-ink-2">{blocked}</p>}
        <div className="flex flex-wrap gap-2 max-rail:*:flex-1 split:sticky split:bottom-0 split:bg-surface split:py-2">
          <Button type="submit" variant="act" busy={busy === 'approve'} disabledReason={busy === null ? blocked : null}>
            Approve
          </Button>
          <Button
            busy={busy === 'reject'}
            disabledReason={busy === null && !actions.reject.able ? actions.reject.why : null}
            onClick={reject}
          >
            Reject
          </Button>
        </div>
      </ApproveForm>
      <StepUpDialog open={steppingUp} onOpenChange={setSteppingUp} />
    </>
  );
}
