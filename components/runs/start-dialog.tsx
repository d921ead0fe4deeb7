'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { type FormEvent, useMemo, useState } from 'react';
import { CodeEditor } from '@/components/code/code-editor';
import type { CodeFault } from '@/components/code/code-mirror';
import { readJsonObject } from '@/components/code/json-text';
import { rangeAt } from '@/components/code/yaml-text';
import { DagFindings } from '@/components/dags/dag-findings';
import { DagPlan } from '@/components/dags/dag-plan';
import { dagQuery } from '@/components/dags/dags-queries';
import { FIRST_DEFINITION } from '@/components/dags/dags-words';
import { type DagLint, useDagLint } from '@/components/dags/use-dag-lint';
import { api } from '@/components/live/api';
import { runKeys } from '@/components/live/query-keys';
import { RadioList } from '@/components/settings/radio-list';
import { useSubmitKey } from '@/components/settings/submit-key';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { Select } from '@/components/ui/select';
import { VisibleText } from '@/components/ui/visible-text';
import { type BodyInputOf, type DagSummary, DEFAULT_LINT_LEVEL, type operations } from '@/lib/contracts';
import { readDefinition } from './read-definition';
import { runHref } from './run-words';
import { definitionsQuery } from './runs-queries';

interface StartDialogProps {
  tenantId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Starts a run of a definition that is kept or pasted; what it would do is shown before. */
export function StartDialog({ tenantId, open, onOpenChange }: StartDialogProps) {
  return (
    <Dialog
      title="Start a run"
      description="It does what the definition says now, whatever becomes of the definition meanwhile."
      size="lg"
      open={open}
      onOpenChange={onOpenChange}
    >
      {open ? <Choice tenantId={tenantId} /> : null}
    </Dialog>
  );
}

function Choice({ tenantId }: { tenantId: string }) {
  const { data: definitions, isPending } = useQuery(definitionsQuery);
  if (isPending) return <p role="status">Loading definitions…</p>;
  return <StartForm tenantId={tenantId} definitions={definitions ?? []} />;
}

type Source = 'kept' | 'pasted';

function StartForm({ tenantId, definitions }: { tenantId: string; definitions: readonly DagSummary[] }) {
  const [first] = definitions;
  const [source, setSource] = useState<Source>(first === undefined ? 'pasted' : 'kept');
  const [name, setName] = useState(first?.name ?? '');
  const [pasted, setPasted] = useState(first === undefined ? FIRST_DEFINITION : '');
  const [params, setParams] = useState('{}');
  const [rejected, setRejected] = useState<string[]>([]);
  const kept = useQuery({ ...dagQuery(name, null), enabled: source === 'kept' && name !== '' });
  const yaml = source === 'kept' ? (kept.data?.yaml ?? '') : pasted;
  const lint = useDagLint({ yaml, minLevel: DEFAULT_LINT_LEVEL, rejected });
  const read = readJsonObject(params);
  const paramsFault = 'fault' in read ? read.fault : null;
  const starting = useStart();
  const blocked = whyNot(lint, yaml, paramsFault !== null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (starting.isPending || blocked !== null || 'fault' in read) return;
    const version = source === 'kept' ? (kept.data?.version ?? null) : null;
    starting.mutate({ tenantId, source, name, version, pasted, params: read.value as RunParams });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-5 *:min-w-0">
      {first === undefined ? null : (
        <RadioList
          legend="Definition"
          layout="row"
          value={source}
          onValueChange={(next) => {
            setSource(next);
            setRejected([]);
          }}
          options={[
            { value: 'kept', label: 'One that is kept' },
            { value: 'pasted', label: 'Paste one' },
          ]}
        />
      )}
      {source === 'kept' ? (
        <Field label="Name" hint={kept.data ? `Version ${kept.data.version}, the newest` : undefined}>
          <Select
            value={name}
            onValueChange={(next) => {
              setName(next);
              setRejected([]);
            }}
            options={definitions.map((each) => ({ value: each.name, label: <VisibleText text={each.name} /> }))}
          />
        </Field>
      ) : (
        <Pasted text={pasted} onChange={setPasted} lint={lint} />
      )}
      <Params text={params} onChange={setParams} fault={paramsFault} />
      <DagPlan report={lint.report} rejected={rejected} onReject={setRejected} />
      <Unguarded lint={lint} />
      {starting.isError ? (
        <Notice role="alert" tone="no" title="It was not started">
          <VisibleText text={starting.error.message} />
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Not now</Button>
        </DialogClose>
        <Button type="submit" variant="act" busy={starting.isPending} disabledReason={blocked}>
          Start the run
        </Button>
      </DialogActions>
    </form>
  );
}

function whyNot(lint: DagLint, yaml: string, paramsWrong: boolean): string | null {
  if (yaml.trim() === '') return 'There is no definition yet.';
  if (lint.isPending) return 'The definition is being checked.';
  if (lint.problem !== null) return 'The definition could not be checked.';
  if ((lint.report?.faults.length ?? 0) > 0) return 'Put right first what is named below the definition.';
  return paramsWrong ? 'The parameters are not right yet.' : null;
}

function Pasted({ text, onChange, lint }: { text: string; onChange: (text: string) => void; lint: DagLint }) {
  const said = JSON.stringify(lint.isPending ? [] : (lint.report?.faults ?? []));
  // The editor is told of faults only when they are others.
  const faults = useMemo(
    () =>
      (JSON.parse(said) as { line?: number; column?: number; detail: string }[]).map(
        ({ line = 1, column = 1, detail }): CodeFault => ({
          ...rangeAt(text, line, column),
          message: detail,
          severity: 'error',
        }),
      ),
    [said, text],
  );
  return (
    <div className="grid gap-2 *:min-w-0">
      <Field label="Definition" hint="YAML or JSON. Tab leaves the field." required>
        <CodeEditor language="yaml" value={text} onChange={onChange} faults={faults} />
      </Field>
      <DagFindings lint={lint} />
    </div>
  );
}

interface ParamsProps {
  text: string;
  onChange: (text: string) => void;
  fault: { message: string; start: number; end: number } | null;
}

function Params({ text, onChange, fault }: ParamsProps) {
  const said = JSON.stringify(fault);
  const faults = useMemo((): CodeFault[] => {
    const found = JSON.parse(said) as ParamsProps['fault'];
    return found === null ? [] : [{ ...found, severity: 'error' }];
  }, [said]);
  return (
    <Field label="Parameters" hint="JSON. Every task receives them." error={fault?.message}>
      <CodeEditor language="json" value={text} onChange={onChange} faults={faults} />
    </Field>
  );
}

function Unguarded({ lint: { report } }: { lint: DagLint }) {
  const found = report?.lint ?? [];
  if (found.length === 0) return null;
  return (
    <Notice tone="open" title="Something of high risk runs without somebody’s agreement">
      <ul className="grid gap-1">
        {found.map(({ message }) => (
          <li key={message}>
            <VisibleText text={message} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** What JSON can say, which is all that can be read from a field of JSON. */
type RunParams = NonNullable<BodyInputOf<typeof operations.startRun>['params']>;

interface Starting {
  tenantId: string;
  source: Source;
  name: string;
  /** The version whose plan was shown. */
  version: number | null;
  pasted: string;
  params: RunParams;
}

/** Starts it, and goes where it can be watched. */
function useStart() {
  const queries = useQueryClient();
  const router = useRouter();
  const submitKey = useSubmitKey();
  return useMutation({
    mutationFn: async ({ tenantId, source, name, version, pasted, params }: Starting) => {
      const what = source === 'kept' ? { dag_name: name, dag_version: version } : { dag: await readDefinition(pasted) };
      const body = { tenant_id: tenantId, params, ...what };
      return api.startRun({ body, idempotencyKey: submitKey(body) });
    },
    onSuccess: (run) => {
      void queries.invalidateQueries({ queryKey: runKeys.all });
      if ('run_id' in run) router.push(runHref(run.run_id));
    },
  });
}
