'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PlusIcon, XIcon } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button, IconButton } from '@/components/ui/button';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { toFormProblem } from '@/components/ui/form-problem';
import { Input } from '@/components/ui/input';
import { formatMoney } from '@/components/ui/money-format';
import { Notice } from '@/components/ui/notice';
import { Textarea } from '@/components/ui/textarea';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import { isApiProblem } from '@/lib/client';
import type { CostModelBody, CostModelResource } from '@/lib/contracts';
import {
  type ModelDraft,
  previewOf,
  type RateDraft,
  readModelDraft,
  samplePayload,
  toModelDraft,
} from './cost-models-draft';
import { type ReadCostModels, writeCostModel } from './cost-models-queries';
import { overtakenModelWords } from './cost-models-words';
import { costModelsKey } from './settings-query-keys';
import { Overtaken } from './write-edited';

const MOST_RATES = 20;

interface ModelFormDialogProps {
  /** What is changed; null adds one. */
  model: CostModelResource | null;
  read: ReadCostModels;
  open: boolean;
  onClose: () => void;
}

/** Writes what a skill costs, and shows what that comes to while it is written. */
export function ModelFormDialog({ model, read, open, onClose }: ModelFormDialogProps) {
  return (
    <Dialog
      title={model === null ? 'Add a cost model' : <VisibleText text={`Change what ${model.skill_id} costs`} />}
      description={
        model === null
          ? 'From now on its requests are estimated by this, and no longer by what they say themselves.'
          : `It becomes version ${model.version + 1}, with nothing learnt yet. Version ${model.version} stays readable.`
      }
      size="lg"
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <ModelForm model={model} read={read} onDone={onClose} />
    </Dialog>
  );
}

function ModelForm({ model, read, onDone }: Omit<ModelFormDialogProps, 'open' | 'onClose'> & { onDone: () => void }) {
  const [draft, setDraft] = useState(() => toModelDraft(model));
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  // What was read when this was opened: whatever is read meanwhile, nobody has seen it here.
  const [base, setBase] = useState(read);
  const saving = useSave(base, setBase, onDone);
  const problem = saving.isError ? toFormProblem(saving.error, []) : null;
  const form = useFocusOnFault(faults);
  const change = (part: Partial<ModelDraft>) => setDraft((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (saving.isPending) return;
    const result = readModelDraft(draft);
    const taken =
      model === null && base.models.some(({ skill_id: skillId }) => skillId === draft.skillId.trim())
        ? { skill_id: 'This skill has a model already: change that one.' }
        : {};
    const found = { ...('faults' in result ? result.faults : {}), ...taken };
    setFaults(found);
    if ('body' in result && Object.keys(found).length === 0) saving.mutate(result.body);
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-5">
      <div className="grid items-start gap-5 sm:grid-cols-[minmax(0,1fr)_9rem]">
        {model === null ? (
          <Field label="Skill" error={faults.skill_id} required>
            <Input
              mono
              value={draft.skillId}
              onChange={(event) => change({ skillId: event.target.value })}
              placeholder="research.summarise"
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
        ) : null}
        <Field label="Base, in cents" error={faults.base_cents} required>
          <Input
            value={draft.baseCents}
            onChange={(event) => change({ baseCents: event.target.value })}
            inputMode="numeric"
            autoComplete="off"
          />
        </Field>
      </div>
      <Rates rates={draft.rates} faults={faults} onChange={(rates) => change({ rates })} />
      <Field label="Description" hint="Where the prices come from">
        <Textarea
          rows={2}
          value={draft.description}
          onChange={(event) => change({ description: event.target.value })}
          maxLength={4000}
        />
      </Field>
      <Sample draft={draft} onChange={(sample) => change({ sample })} />
      {problem?.rest ? (
        <Notice role="alert" tone="no" title="Nothing was saved">
          <VisibleText text={describeFault(saving.error, draft.skillId.trim()) ?? problem.rest} />
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="act" busy={saving.isPending}>
          {model === null ? 'Add model' : `Save as version ${model.version + 1}`}
        </Button>
      </DialogActions>
    </form>
  );
}

interface RatesProps {
  rates: readonly RateDraft[];
  faults: Readonly<Record<string, string>>;
  onChange: (rates: RateDraft[]) => void;
}

function Rates({ rates, faults, onChange }: RatesProps) {
  const set = (key: number, part: Partial<RateDraft>) =>
    onChange(rates.map((rate) => (rate.key === key ? { ...rate, ...part } : rate)));
  const add = () =>
    onChange([...rates, { key: Math.max(-1, ...rates.map(({ key }) => key)) + 1, field: '', centsPerUnit: '' }]);
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 font-medium text-13 text-ink-2">For each unit that the payload counts</legend>
      {rates.map((rate, index) => (
        <div
          key={rate.key}
          className="grid grid-cols-[minmax(0,1fr)_7rem_auto] items-start gap-2 sm:grid-cols-[minmax(0,1fr)_12rem_auto]"
        >
          <Field label={`Field ${index + 1}`} error={faults[`rates.${index}.field`]} required>
            <Input
              mono
              value={rate.field}
              onChange={(event) => set(rate.key, { field: event.target.value })}
              placeholder="/usage/tokens"
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
            />
          </Field>
          <Field label="Cents per unit" error={faults[`rates.${index}.cents_per_unit`]} required>
            <Input
              mono
              value={rate.centsPerUnit}
              onChange={(event) => set(rate.key, { centsPerUnit: event.target.value })}
              placeholder="0.0003"
              inputMode="decimal"
              maxLength={30}
              autoComplete="off"
            />
          </Field>
          <IconButton
            label={`Remove field ${index + 1}`}
            className="mt-5.5"
            onClick={() => onChange(rates.filter(({ key }) => key !== rate.key))}
          >
            <XIcon className="size-4" aria-hidden="true" />
          </IconButton>
        </div>
      ))}
      {rates.length < MOST_RATES ? (
        <Button
          size="sm"
          className="justify-self-start"
          icon={<PlusIcon className="size-3.5" aria-hidden="true" />}
          onClick={add}
        >
          Add a rate
        </Button>
      ) : null}
    </fieldset>
  );
}

/** A payload to try the model on, and what it would cost. Nothing is sent. */
function Sample({ draft, onChange }: { draft: ModelDraft; onChange: (sample: string) => void }) {
  const shown = draft.sample === '' ? samplePayload(draft.rates) : draft.sample;
  const preview = previewOf({ ...draft, sample: shown });
  return (
    <div className="grid items-start gap-x-5 gap-y-2 border-t pt-4 sm:grid-cols-[minmax(0,1fr)_9rem]">
      <Field label="A payload to try it on" hint="Only here: nothing is sent">
        <Textarea mono rows={2} value={shown} onChange={(event) => onChange(event.target.value)} spellCheck={false} />
      </Field>
      <div role="status" aria-label="It would cost" className="grid gap-1">
        <span aria-hidden="true" className="font-medium text-13 text-ink-2">
          It would cost
        </span>
        {'cents' in preview ? (
          <output className="text-20">{formatMoney(preview.cents)}</output>
        ) : (
          <span className="text-13 text-ink-3">
            <VisibleText text={preview.unknown} />
          </span>
        )}
      </div>
    </div>
  );
}

function describeFault(error: Error | null, skillId: string): string | null {
  if (error instanceof Overtaken) {
    return overtakenModelWords((error as Overtaken<ReadCostModels>).now.models, skillId);
  }
  return isApiProblem(error, 'config/changed') ? 'Somebody keeps changing the configuration. Try again.' : null;
}

/** Writes this model over what it was when the form was opened. What somebody else did to it meanwhile is shown before it is written over. */
function useSave(base: ReadCostModels, setBase: (now: ReadCostModels) => void, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: CostModelBody) => writeCostModel(queries, base, body.skill_id, body),
    onSuccess: (after, body) => {
      queries.setQueryData(costModelsKey, after);
      const { version } = after.models.find(({ skill_id: skillId }) => skillId === body.skill_id) ?? { version: 1 };
      toast.success(
        <>
          <VisibleText text={body.skill_id} /> is estimated by version {version}
        </>,
      );
      onDone();
    },
    onError: (error) => {
      if (error instanceof Overtaken) setBase((error as Overtaken<ReadCostModels>).now);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: costModelsKey }),
  });
}
