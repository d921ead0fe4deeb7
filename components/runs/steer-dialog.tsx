'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/live/api';
import { requestKeys, runKeys } from '@/components/live/query-keys';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { missingFields } from '@/components/ui/form-problem';
import { Notice } from '@/components/ui/notice';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import { isApiProblem } from '@/lib/client';
import type { RunResource } from '@/lib/contracts';

const WORDS = {
  cancel: {
    ask: ({ dag_name }: RunResource) => `Cancel ${dag_name}?`,
    says: 'What waits for somebody is withdrawn and what runs is not begun again. What is done stays done. A cancelled run does not come back.',
    button: 'Cancel run',
    leave: 'Let it run',
    variant: 'danger',
    done: 'The run is cancelled',
    undone: 'It was not cancelled',
  },
  retry: {
    ask: (_: RunResource, taskId: string | null) => `Try ${taskId} again?`,
    says: 'It begins anew with what it received, and the run goes on from there. What was done before it is not done again.',
    button: 'Try again',
    leave: 'Not now',
    variant: 'act',
    done: 'It is being tried again',
    undone: 'It was not tried again',
  },
} as const;

interface SteerDialogProps {
  act: keyof typeof WORDS;
  run: RunResource;
  /** The task that is tried again. */
  taskId: string | null;
  open: boolean;
  onClose: () => void;
}

/** Says what will happen and asks why before somebody ends a run or pushes it on. */
export function SteerDialog({ act, run, taskId, open, onClose }: SteerDialogProps) {
  const { ask, says } = WORDS[act];
  return (
    <Dialog
      title={<VisibleText text={ask(run, taskId)} />}
      description={says}
      size="sm"
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <SteerForm act={act} run={run} taskId={taskId} onDone={onClose} />
    </Dialog>
  );
}

function SteerForm({ act, run, taskId, onDone }: Omit<SteerDialogProps, 'open' | 'onClose'> & { onDone: () => void }) {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({});
  const form = useFocusOnFault(missing);
  const queries = useQueryClient();
  const { button, leave, variant, done, undone } = WORDS[act];
  const steering = useMutation({
    mutationFn: (why: string) =>
      act === 'cancel'
        ? api.cancelRun({ params: { id: run.run_id }, body: { reason: why } })
        : api.retryRunTask({ params: { id: run.run_id, task_id: taskId ?? '' }, body: { reason: why } }),
    onSuccess: (after) => {
      queries.setQueryData(runKeys.one(run.run_id), after);
      toast.success(done, { description: <VisibleText text={after.dag_name} /> });
      onDone();
    },
    // A refusal may mean that it moved meanwhile; what it waited for is withdrawn with it.
    onSettled: () =>
      Promise.all([runKeys.all, requestKeys.all].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (steering.isPending) return;
    const faults = missingFields({ reason });
    setMissing(faults);
    if (Object.keys(faults).length === 0) steering.mutate(reason.trim());
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-4">
      <Field label="Reason" hint="Kept in the history of the run" error={missing.reason} required>
        <Textarea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={4000} />
      </Field>
      {steering.isError ? (
        <Notice role="alert" tone="no" title={undone}>
          {isApiProblem(steering.error) ? steering.error.message : 'Something unexpected went wrong. Reload the page.'}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>{leave}</Button>
        </DialogClose>
        <Button type="submit" variant={variant} busy={steering.isPending}>
          {button}
        </Button>
      </DialogActions>
    </form>
  );
}
