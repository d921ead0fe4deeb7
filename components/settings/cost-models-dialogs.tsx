'use client';

import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/live/api';
import { WhoWhen } from '@/components/policies/who-when';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { missingFields } from '@/components/ui/form-problem';
import { Loaded } from '@/components/ui/loaded';
import { Notice } from '@/components/ui/notice';
import { SkeletonRows } from '@/components/ui/skeleton';
import { type Column, Table } from '@/components/ui/table';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { CostModelResource, CostModelVersion } from '@/lib/contracts';
import { costVersionsQuery, type ReadCostModels, writeCostModel } from './cost-models-queries';
import { describePrice, overtakenModelWords } from './cost-models-words';
import { rowsOf } from './settings-queries';
import { costModelsKey } from './settings-query-keys';
import { useSubmitKey } from './submit-key';
import { Overtaken } from './write-edited';

interface AboutProps {
  /** Which model it is about; closed while null. */
  model: CostModelResource | null;
  onClose: () => void;
}

/** Asks why a model that had drifted may approve by itself again. */
export function TrustDialog({ model, onClose }: AboutProps) {
  return (
    <Dialog
      title={<VisibleText text={`Let ${model?.skill_id ?? ''} be approved by its cost again?`} />}
      description="Outcomes until now are forgiven; it switches itself off again when the next 20 are off as well. Where the prices have changed for good, change the model instead."
      size="sm"
      open={model !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      {model === null ? null : <TrustForm model={model} onDone={onClose} />}
    </Dialog>
  );
}

function TrustForm({ model, onDone }: { model: CostModelResource; onDone: () => void }) {
  const queries = useQueryClient();
  const submitKey = useSubmitKey();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState<Readonly<Record<string, string>>>({});
  const form = useFocusOnFault(missing);
  const trusting = useMutation({
    mutationFn: (said: string) =>
      api.trustCostModel({
        params: { skill_id: model.skill_id },
        body: { reason: said },
        idempotencyKey: submitKey([said, model.auto_approval.off_since]),
      }),
    onSuccess: () => {
      toast.success(
        <>
          <VisibleText text={model.skill_id} /> is approved by its cost again
        </>,
      );
      onDone();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: costModelsKey }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (trusting.isPending) return;
    const faults = missingFields({ reason });
    setMissing(faults);
    if (Object.keys(faults).length === 0) trusting.mutate(reason.trim());
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-4">
      <Field label="Reason" hint="Kept with the model and in the audit log" error={missing.reason} required>
        <Textarea value={reason} onChange={(event) => setReason(event.target.value)} maxLength={4000} />
      </Field>
      {trusting.isError ? (
        <Notice role="alert" tone="no" title="It was not switched on">
          {trusting.error.message}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Not now</Button>
        </DialogClose>
        <Button type="submit" variant="act" busy={trusting.isPending}>
          Switch on again
        </Button>
      </DialogActions>
    </form>
  );
}

/** Asks before a skill has no model any more. */
export function RemoveModelDialog({ model, read, onClose }: AboutProps & { read: ReadCostModels }) {
  const queries = useQueryClient();
  const remove = async () => {
    if (model === null) return;
    try {
      await writeCostModel(queries, read, model.skill_id, null);
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      const words = overtakenModelWords((error as Overtaken<ReadCostModels>).now.models, model.skill_id);
      throw new Error(words, { cause: error });
    } finally {
      await queries.invalidateQueries({ queryKey: costModelsKey });
    }
    toast.success(
      <>
        The model of <VisibleText text={model.skill_id} /> is retired
      </>,
    );
  };
  return (
    <ConfirmDialog
      title={<VisibleText text={`Retire the model of ${model?.skill_id ?? ''}?`} />}
      description="Its requests cost what they say themselves from now on, or an unknown amount. A new model of this skill begins with nothing learnt."
      confirmLabel="Retire"
      open={model !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      onConfirm={remove}
    />
  );
}

/** Every version of what a skill costs. */
export function VersionsDialog({ model, onClose }: AboutProps) {
  return (
    <Dialog
      title={<VisibleText text={`Versions of what ${model?.skill_id ?? ''} costs`} />}
      size="lg"
      toRead
      open={model !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      {model === null ? null : <Versions skillId={model.skill_id} />}
    </Dialog>
  );
}

function Versions({ skillId }: { skillId: string }) {
  const query = useInfiniteQuery(costVersionsQuery(skillId));
  return (
    <Loaded query={query} what="The versions" loading={<SkeletonRows rows={3} label="Loading versions" />}>
      {(data, stale) => (
        <div className="grid gap-4">
          {stale}
          <Table label="Versions" columns={COLUMNS} rows={rowsOf(data)} rowKey={({ version }) => String(version)} />
          {query.hasNextPage ? (
            <Button
              className="justify-self-center"
              busy={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              Show older versions
            </Button>
          ) : null}
        </div>
      )}
    </Loaded>
  );
}

const COLUMNS: readonly Column<CostModelVersion>[] = [
  {
    key: 'version',
    header: 'Version',
    rowHeader: true,
    width: 'w-28',
    cell: ({ version, retired_at: retiredAt }) => (
      <>
        Version {version}
        <span className="block font-normal text-12 text-ink-3">{retiredAt === null ? 'In use' : 'Retired'}</span>
      </>
    ),
  },
  {
    key: 'price',
    header: 'It costs',
    cell: (version) => (
      <>
        <VisibleText text={describePrice(version)} />
        {version.description === null ? null : (
          <span className="block text-12 text-ink-3">
            <VisibleText text={version.description} />
          </span>
        )}
      </>
    ),
  },
  { key: 'outcomes', header: 'Outcomes', align: 'end', width: 'w-24', cell: ({ outcomes }) => outcomes },
  {
    key: 'written',
    header: 'Written',
    width: 'w-44',
    cell: (version) => <WhoWhen name={version.created_by_name} at={version.created_at} />,
  },
];
