'use client';

import { type FormEvent, type ReactNode, useState } from 'react';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { Notice } from '@/components/ui/notice';
import { VisibleText } from '@/components/ui/visible-text';
import type { FormSchema } from '@/lib/contracts';
import { Answers } from './answers';
import { type ApprovalData, emptyDraft, type FormFaults, readDraft } from './form-draft';
import { FormFields } from './form-fields';

/** Sends what was filled in; what the server finds wrong with the fields comes back through the second. */
export type Approve = (approvalData: ApprovalData, onFaults: (faults: FormFaults) => void) => void;

interface ApproveFormProps {
  form: FormSchema;
  /** What others have signed already, and this person signs as well; null: it is filled in here. */
  signed: ApprovalData | null;
  onApprove: Approve;
  /** A note, and the buttons. */
  children: ReactNode;
}

/** The form of a checkpoint: nothing is sent that it does not allow, and each fault stands beside its field. */
export function ApproveForm({ form, signed, onApprove, children }: ApproveFormProps) {
  const [draft, setDraft] = useState(() => emptyDraft(form));
  const [faults, setFaults] = useState<FormFaults>({});
  const ref = useFocusOnFault(faults);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (signed !== null) return onApprove(signed, setFaults);
    const read = readDraft(form, draft);
    setFaults(read.faults);
    if (Object.keys(read.faults).length === 0) onApprove(read.data, setFaults);
  };
  // A field that the page does not show: the definition of another version of this software.
  const elsewhere = Object.entries(faults).filter(([name]) => signed !== null || !Object.hasOwn(form.properties, name));
  return (
    <form ref={ref} onSubmit={submit} noValidate className="grid gap-4">
      {signed === null ? (
        <FormFields form={form} draft={draft} faults={faults} onChange={setDraft} />
      ) : (
        <div className="grid gap-2">
          <p className="text-13 text-ink-2">Signed already, with these answers. Approving signs the same.</p>
          <Answers form={form} answers={signed} />
        </div>
      )}
      {elsewhere.length === 0 ? null : (
        <Notice role="alert" tone="no" title="It was not approved">
          <VisibleText text={elsewhere.map(([name, fault]) => `${name}: ${fault}`).join(' ')} />
        </Notice>
      )}
      {children}
    </form>
  );
}
