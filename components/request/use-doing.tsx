'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { requestKeys, runKeys } from '@/components/live/query-keys';
import { useTimeZone } from '@/components/ui/clock';
import { toSentence } from '@/components/ui/form-problem';
import { newKey } from '@/components/ui/new-key';
import { formatMoment } from '@/components/ui/time-format';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import { isApiProblem } from '@/lib/client';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';
import { type Act, type Doing, foresee } from './foresee';
import type { ApprovalData, FormFaults } from './form/form-draft';
import { describeRefusal, isDoneAlready } from './refusal';
import { keepNote } from './use-note';
import { doingKey, requestQuery, showRequest } from './use-request';
import type { Viewer } from './viewer';

interface Sent extends Doing {
  /** The same act sent again has one effect. */
  idempotencyKey: string;
  /** What was on the screen: only that is signed. */
  viewedDigest: string;
  /** What the form of a checkpoint was filled in with. */
  approvalData: ApprovalData | null;
}

function send(
  id: string,
  { act, note, viewedDigest, approvalData, idempotencyKey }: Sent,
): Promise<ApprovalRequestResource> {
  const params = { id };
  const said = note ?? '';
  switch (act) {
    case 'approve':
      return api.approveRequest({
        params,
        body: { notes: note, viewed_digest: viewedDigest, ...(approvalData && { approval_data: approvalData }) },
        idempotencyKey,
      });
    case 'reject':
      return api.rejectRequest({ params, body: { notes: said, viewed_digest: viewedDigest }, idempotencyKey });
    case 'cancel':
      return api.cancelRequest({ params, body: { reason: said }, idempotencyKey });
    case 'comment':
      return api.commentRequest({ params, body: { text: said }, idempotencyKey });
  }
}

function done(act: Act, after: ApprovalRequestResource): string {
  if (act === 'comment') return 'Comment added';
  if (act === 'cancel') return 'Request cancelled';
  if (act === 'reject') return 'Rejected';
  return isOpen(after.status) ? 'Signed; it waits for more signatures' : 'Approved';
}

export interface Performing {
  onDone: () => void;
  approvalData?: ApprovalData | null;
  /** What the server says of the form's fields, by name; nothing else tells it. */
  onFaults?: (faults: FormFaults) => void;
}

/** What an answer says of the fields of a checkpoint's form; null where it says something else. */
function faultsOf(error: unknown): FormFaults | null {
  if (!isApiProblem(error, 'input/invalid')) return null;
  const found = error.errors.flatMap(({ pointer, detail }) => {
    const name = /^\/approval_data\/([^/]+)/.exec(pointer)?.[1];
    return name === undefined ? [] : [[name, toSentence(detail)] as const];
  });
  return found.length > 0 && found.length === error.errors.length ? Object.fromEntries(found) : null;
}

/**
 * Does something to a request: it shows at once, is told when it is recorded, and is taken back when the server refuses, with the
 * reason and the request as it really is. `onStepUp` is called when level 5 wants a fresh sign-in.
 */
export function useDoing(request: ApprovalRequestResource, viewer: Viewer, onStepUp: () => void) {
  const queries = useQueryClient();
  const timeZone = useTimeZone();
  const id = request.request_id;

  const readAgain = () =>
    queries.fetchQuery({ ...requestQuery(id), staleTime: 0, retry: false }).catch(() => undefined);

  const mutation = useMutation({
    mutationKey: doingKey(id),
    mutationFn: (sent: Sent) =>
      send(id, sent).catch(async (error: unknown) => {
        const now = isApiProblem(error) && error.status === 409 ? await readAgain() : undefined;
        if (now && isDoneAlready(error, sent.act, now, viewer)) return now;
        throw error;
      }),
    retry: (failures, error) => failures < 2 && isApiProblem(error, 'client/unreachable'),
    onMutate: async (sent) => {
      await queries.cancelQueries({ queryKey: requestKeys.one(id) });
      const before = queries.getQueryData<ApprovalRequestResource>(requestKeys.one(id)) ?? request;
      showRequest(queries, foresee(before, viewer, sent));
      return { before };
    },
    onSuccess: (after, { act }) => {
      showRequest(queries, after);
      keepNote(id, '');
      toast.success(done(act, after), { description: <VisibleText text={after.title} /> });
    },
    onError: async (error, { act }, context) => {
      if (context) showRequest(queries, context.before);
      const now = await readAgain();
      if (isApiProblem(error, 'review/step-up-required')) return onStepUp();
      if (faultsOf(error) !== null) return;
      if (now) showRequest(queries, now);
      const at = (time: string) => formatMoment(new Date(time), new Date(), timeZone);
      const { title, detail } = describeRefusal(error, act, now, at);
      toast.error(title, { description: detail, duration: 10_000 });
    },
    onSettled: () => {
      for (const queryKey of [requestKeys.lists, requestKeys.waiting, requestKeys.eligible(id), runKeys.all]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
  });

  const perform = (act: Act, note: string | null, { onDone, onFaults, approvalData = null }: Performing) => {
    // Two clicks may come before the first one has been drawn.
    if (queries.isMutating({ mutationKey: doingKey(id) }) > 0) return;
    const sent = {
      act,
      note,
      at: new Date().toISOString(),
      idempotencyKey: newKey(),
      viewedDigest: request.payload_digest,
      approvalData,
    };
    mutation.mutate(sent, {
      onSuccess: onDone,
      onError: (error) => {
        const faults = faultsOf(error);
        if (faults !== null) onFaults?.(faults);
      },
    });
  };
  return { perform, busy: mutation.isPending ? mutation.variables.act : null };
}
