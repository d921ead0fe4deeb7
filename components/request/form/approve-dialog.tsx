'use client';

import { Button } from '@/components/ui/button';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { VisibleText } from '@/components/ui/visible-text';
import type { ApprovalRequestResource, FormSchema } from '@/lib/contracts';
import { type Approve, ApproveForm } from './approve-form';
import type { ApprovalData } from './form-draft';

interface ApproveDialogProps {
  checkpoint: NonNullable<ApprovalRequestResource['checkpoint']>;
  form: FormSchema;
  signed: ApprovalData | null;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  busy: boolean;
  onApprove: Approve;
}

/** What a checkpoint asks for, on top of its request: filling it in and approving it are one step. */
export function ApproveDialog({ checkpoint, form, signed, open, onOpenChange, busy, onApprove }: ApproveDialogProps) {
  return (
    <Dialog
      title="Approve and go on"
      description={<VisibleText text={checkpoint.prompt} />}
      open={open}
      onOpenChange={onOpenChange}
    >
      <ApproveForm form={form} signed={signed} onApprove={onApprove}>
        <p className="text-12 text-ink-3">
          What you fill in is kept in the record and passed on to the tasks that follow.
        </p>
        <DialogActions>
          <DialogClose>
            <Button>Not yet</Button>
          </DialogClose>
          <Button type="submit" variant="act" busy={busy}>
            Approve
          </Button>
        </DialogActions>
      </ApproveForm>
    </Dialog>
  );
}
