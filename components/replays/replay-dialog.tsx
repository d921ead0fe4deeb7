'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/live/api';
import { useSubmitKey } from '@/components/settings/submit-key';
import { Button } from '@/components/ui/button';
import { useClock } from '@/components/ui/clock';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { Select } from '@/components/ui/select';
import { replayKeys } from './replay-query-keys';
import { describeReplayRefusal, PERIODS, replayHref } from './replay-words';

const DAY_MS = 24 * 60 * 60 * 1000;
const OPTIONS = PERIODS.map(({ days, label }) => ({ value: String(days), label }));

interface ReplayDialogProps {
  version: string;
  open: boolean;
  onClose: () => void;
}

/** Asks on which time a version is tried, and begins. */
export function ReplayDialog({ version, open, onClose }: ReplayDialogProps) {
  return (
    <Dialog
      title={`Try ${version} on what was recorded`}
      description="Every answer of that time is judged again by this version. Nothing is decided by it, and nobody is asked."
      size="sm"
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <ReplayForm version={version} />
    </Dialog>
  );
}

function ReplayForm({ version }: { version: string }) {
  const [days, setDays] = useState('30');
  const minute = useClock((nowMs) => Math.floor(nowMs / 60_000));
  const beginning = useBegin(version);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (beginning.isPending) return;
    const toMs = (minute + 1) * 60_000;
    beginning.mutate({ from: new Date(toMs - Number(days) * DAY_MS).toISOString(), to: new Date(toMs).toISOString() });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field label="Time" hint="Up to this minute">
        <Select options={OPTIONS} value={days} onValueChange={setDays} />
      </Field>
      {beginning.isError ? (
        <Notice role="alert" tone="no" title="It was not begun">
          {describeReplayRefusal(beginning.error)}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Not now</Button>
        </DialogClose>
        <Button type="submit" variant="act" busy={beginning.isPending}>
          Begin
        </Button>
      </DialogActions>
    </form>
  );
}

function useBegin(version: string) {
  const queries = useQueryClient();
  const router = useRouter();
  const submitKey = useSubmitKey();
  return useMutation({
    mutationFn: (period: { from: string; to: string }) =>
      api.createReplay({
        params: { version },
        body: period,
        idempotencyKey: submitKey(['replay', version, period.from, period.to]),
      }),
    onSuccess: (replay) => {
      queries.setQueryData(replayKeys.one(replay.replay_id), replay);
      void queries.invalidateQueries({ queryKey: replayKeys.of(version) });
      router.push(replayHref(replay));
    },
  });
}
