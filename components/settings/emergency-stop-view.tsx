'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { OctagonXIcon } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/live/api';
import { useEmergencyStop } from '@/components/live/emergency-stop';
import { requestKeys } from '@/components/live/query-keys';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { missingFields, toFormProblem } from '@/components/ui/form-problem';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { EmergencyStopResource } from '@/lib/contracts';

const EFFECTS = [
  'Whatever is asked for is recorded as rejected, with the reason that you give.',
  'Nothing is approved any more: in every process within two seconds, and no vote that is under way slips through.',
  'Rejecting and cancelling go on working, and so does reading.',
  'Everybody in this tenant sees it on every page of the console.',
] as const;

/** The one switch that denies everything. */
export function EmergencyStopView({ initial }: { initial: EmergencyStopResource }) {
  const stop = useEmergencyStop(initial) ?? initial;
  const [asking, setAsking] = useState(false);
  return (
    <div className="grid max-w-190 gap-6">
      <PageHeader
        title="Emergency stop"
        description="One switch that denies everything at once, whatever the rules say."
      />
      {stop.active ? (
        <Notice tone="no" title="It is on: nothing is approved">
          {stop.reason === null ? null : (
            <q>
              <VisibleText text={stop.reason} />
            </q>
          )}
        </Notice>
      ) : (
        <Notice tone="yes" title="It is off">
          Policy answers, and people decide.
        </Notice>
      )}
      <section aria-labelledby="stop-effects" className="grid gap-2">
        <h2 id="stop-effects" className="font-medium text-14">
          While it is on
        </h2>
        <ul className="grid list-disc gap-1.5 pl-5 text-14 text-ink-2 marker:text-ink-3">
          {EFFECTS.map((effect) => (
            <li key={effect}>{effect}</li>
          ))}
        </ul>
      </section>
      <div>
        <Button
          variant={stop.active ? 'act' : 'danger'}
          icon={stop.active ? undefined : <OctagonXIcon className="size-4" aria-hidden="true" />}
          onClick={() => setAsking(true)}
        >
          {stop.active ? 'End the stop' : 'Stop everything'}
        </Button>
      </div>
      <Dialog
        title={stop.active ? 'End the emergency stop?' : 'Stop everything?'}
        description={
          stop.active
            ? 'Policy answers again from now on. What was rejected meanwhile stays rejected and has to be asked for again.'
            : 'Every request of this tenant is rejected and nothing is approved, until an owner ends it.'
        }
        size="sm"
        open={asking}
        onOpenChange={setAsking}
      >
        <StopForm active={!stop.active} onDone={() => setAsking(false)} />
      </Dialog>
    </div>
  );
}

/** Asks why, and switches. `active` is what it becomes. */
function StopForm({ active, onDone }: { active: boolean; onDone: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({});
  const switching = useMutation({
    mutationFn: () => api.putEmergencyStop({ body: { active, reason: reason.trim() } }),
    onSuccess: (after) => {
      queries.setQueryData(requestKeys.emergencyStop, after);
      toast.success(after.active ? 'Everything is stopped' : 'The emergency stop has ended');
      onDone();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: requestKeys.all }),
  });
  const problem = switching.isError ? toFormProblem(switching.error, ['reason']) : null;
  const errors = { ...problem?.fields, ...missing };
  const form = useFocusOnFault(errors);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (switching.isPending) return;
    const faults = missingFields({ reason });
    setMissing(faults);
    if (Object.keys(faults).length === 0) switching.mutate();
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-4">
      <Field
        label="Reason"
        hint={active ? 'Shown to everybody, and kept in the audit log' : 'Kept in the audit log'}
        error={errors.reason}
        required
      >
        <Textarea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={4000} />
      </Field>
      {problem?.rest ? (
        <Notice role="alert" tone="no" title="Nothing was switched">
          {problem.rest}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Not now</Button>
        </DialogClose>
        <Button type="submit" variant={active ? 'danger' : 'act'} busy={switching.isPending}>
          {active ? 'Stop everything' : 'End the stop'}
        </Button>
      </DialogActions>
    </form>
  );
}
