'use client';

import { StepUpLink } from '@/components/auth/step-up-link';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';

/** Using level 5 wants a sign-in of the last five minutes: leads there and back. What was written stays. */
export function StepUpDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      title="Sign in again to use level 5"
      description="A decision at the highest level needs a sign-in of the last five minutes. You come back to this request, and your note is kept."
      size="sm"
      open={open}
      onOpenChange={onOpenChange}
    >
      <DialogActions>
        <DialogClose>
          <Button>Not now</Button>
        </DialogClose>
        <StepUpLink />
      </DialogActions>
    </Dialog>
  );
}
