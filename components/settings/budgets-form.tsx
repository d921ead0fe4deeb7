'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { Input } from '@/components/ui/input';
import { formatMoney } from '@/components/ui/money-format';
import { Notice } from '@/components/ui/notice';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { BudgetResource, BudgetRow } from '@/lib/contracts';
import { BUDGET_PERIODS, type BudgetPeriod } from '@/lib/domain/policy';
import { toBudgetProblem } from './budgets-problem';
import { type ReadBudgets, writeBudget } from './budgets-queries';
import { isSameBudget, limitWords, PERIOD_WORDS, scopeTitle, toCents, toRow } from './budgets-words';
import { RadioList } from './radio-list';
import { budgetsKey } from './settings-query-keys';
import { Overtaken } from './write-edited';

interface BudgetFormDialogProps {
  /** Which budget is changed; null for a new one. */
  budget: BudgetResource | null;
  open: boolean;
  read: ReadBudgets;
  onClose: () => void;
}

/** Sets a budget, or gives one another limit. */
export function BudgetFormDialog({ budget, open, read, onClose }: BudgetFormDialogProps) {
  return (
    <Dialog
      title={budget === null ? 'Add a budget' : <VisibleText text={`Change the budget for ${scopeTitle(budget)}`} />}
      description={
        budget === null
          ? 'It counts from now on: what is approved already is not in it.'
          : 'It goes on with what was spent. Another scope or period is another budget.'
      }
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      {open ? <BudgetForm key={budget?.budget_id} budget={budget} read={read} onDone={onClose} /> : null}
    </Dialog>
  );
}

interface Draft {
  skill: string;
  agent: string;
  period: BudgetPeriod;
  limit: string;
  description: string;
}

function draftOf(budget: BudgetResource | null): Draft {
  return {
    skill: budget?.skill_id ?? '',
    agent: budget?.agent_id ?? '',
    period: budget?.period ?? 'day',
    limit: budget === null ? '' : formatMoney(budget.limit_cents),
    description: budget?.description ?? '',
  };
}

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

function BudgetForm({ budget, read, onDone }: Pick<BudgetFormDialogProps, 'budget' | 'read'> & { onDone: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(budget));
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  // What was read when this was opened: whatever is read meanwhile, nobody has seen it here.
  const [base, setBase] = useState(read);
  const saving = useSave(base, setBase, onDone);
  const problem = saving.isError && saving.variables ? toBudgetProblem(saving.error, saving.variables) : null;
  const form = useFocusOnFault(faults);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (saving.isPending) return;
    const cents = toCents(draft.limit);
    const taken = budget === null && base.resource.budgets.some((other) => isSameBudget(other, scopeOf(draft)));
    const found = {
      ...(cents === null ? { limit: 'An amount such as 5,000.00.' } : {}),
      ...(taken ? { scope: 'There is a budget of this scope and period already.' } : {}),
    };
    setFaults(found);
    if (cents !== null && !taken) saving.mutate(toBudgetRow(budget, draft, cents));
  };
  return (
    <form ref={form} onSubmit={submit} noValidate className="grid gap-5">
      {budget === null ? <ScopeFields draft={draft} onChange={change} fault={faults.scope} /> : null}
      <Field
        label={budget === null ? 'Limit' : `Limit ${PERIOD_WORDS[budget.period].each}`}
        hint="In the units of what is asked for: the currency is the payload’s affair"
        error={faults.limit}
        required
      >
        <Input
          value={draft.limit}
          onChange={(event) => change({ limit: event.target.value })}
          inputMode="decimal"
          placeholder="5,000.00"
          autoComplete="off"
        />
      </Field>
      <Field label="Description" hint="Who agreed to it, or where it comes from">
        <Input
          value={draft.description}
          onChange={(event) => change({ description: event.target.value })}
          maxLength={500}
          autoComplete="off"
        />
      </Field>
      {problem === null ? null : (
        <Notice role="alert" tone="no" title="Nothing was changed">
          {problem}
        </Notice>
      )}
      <DialogActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button type="submit" variant="act" busy={saving.isPending}>
          {budget === null ? 'Add budget' : 'Save'}
        </Button>
      </DialogActions>
    </form>
  );
}

interface ScopeFieldsProps {
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
  fault: string | undefined;
}

function ScopeFields({ draft, onChange, fault }: ScopeFieldsProps) {
  return (
    <>
      <div className="grid items-start gap-5 sm:grid-cols-2">
        <Field label="Skill" hint="Empty: every skill" error={fault}>
          <Input
            mono
            value={draft.skill}
            onChange={(event) => onChange({ skill: event.target.value })}
            maxLength={200}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </Field>
        <Field label="Agent" hint="Empty: whoever asks">
          <Input
            mono
            value={draft.agent}
            onChange={(event) => onChange({ agent: event.target.value })}
            maxLength={200}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </Field>
      </div>
      <RadioList
        legend="Period"
        value={draft.period}
        onValueChange={(period) => onChange({ period })}
        options={BUDGET_PERIODS.map((value) => ({ value, ...PERIOD_WORDS[value] }))}
      />
    </>
  );
}

function scopeOf({ skill, agent, period }: Draft) {
  return { skill_id: orNull(skill), agent_id: orNull(agent), period };
}

function toBudgetRow(budget: BudgetResource | null, draft: Draft, cents: number): BudgetRow {
  const description = orNull(draft.description);
  return { ...(budget === null ? scopeOf(draft) : toRow(budget)), limit_cents: cents, description };
}

/** Writes this budget over what it was when the form was opened. What somebody else did to it meanwhile is shown before it is written over. */
function useSave(base: ReadBudgets, setBase: (now: ReadBudgets) => void, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (row: BudgetRow) => writeBudget(queries, base, row, row),
    onSuccess: (written, { skill_id = null, agent_id = null, period, limit_cents }) => {
      queries.setQueryData(budgetsKey, written);
      toast.success(
        <VisibleText text={`${scopeTitle({ skill_id, agent_id })}: ${limitWords({ limit_cents, period })}`} />,
      );
      onDone();
    },
    onError: (error) => {
      if (error instanceof Overtaken) setBase((error as Overtaken<ReadBudgets>).now);
      return queries.invalidateQueries({ queryKey: budgetsKey });
    },
  });
}
