'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '@/components/live/api';
import { Button } from '@/components/ui/button';
import { Dialog, DialogActions, DialogClose } from '@/components/ui/dialog';
import { useFocusOnFault } from '@/components/ui/form-focus';
import { NO_PROBLEM, toFormProblem } from '@/components/ui/form-problem';
import { Notice } from '@/components/ui/notice';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { MemberResource } from '@/lib/contracts';
import type { Role } from '@/lib/domain/access';
import { type Authority, AuthorityField } from './members-authority-field';
import { ROLE_WORDS } from './members-words';
import { membersKey } from './settings-query-keys';

interface ChangeMemberProps {
  /** Whom it is about; closed while null. */
  member: MemberResource | null;
  roles: readonly Role[];
  onClose: () => void;
}

/** Gives a member another role or level. */
export function ChangeMemberDialog({ member, roles, onClose }: ChangeMemberProps) {
  return (
    <Dialog
      title={member ? <VisibleText text={`Change ${member.name}`} /> : 'Change'}
      description="It takes effect at once, for their sessions and for the keys that act as them."
      open={member !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      {member ? <ChangeMemberForm key={member.member_id} member={member} roles={roles} onDone={onClose} /> : null}
    </Dialog>
  );
}

function ChangeMemberForm({
  member,
  roles,
  onDone,
}: {
  member: MemberResource;
  roles: readonly Role[];
  onDone: () => void;
}) {
  const queries = useQueryClient();
  const [authority, setAuthority] = useState<Authority>({ role: member.role, level: member.level });
  const unchanged = authority.role === member.role && authority.level === member.level;
  const changing = useMutation({
    mutationFn: () => api.updateMember({ params: { id: member.member_id }, body: authority }),
    onSuccess: (changed) => {
      toast.success(
        <>
          <VisibleText text={changed.name} /> is {ROLE_WORDS[changed.role].label.toLowerCase()} at level {changed.level}
        </>,
      );
      onDone();
    },
    // What was refused may have changed under us: the list says what is so now.
    onSettled: () => queries.invalidateQueries({ queryKey: membersKey }),
  });
  const problem = changing.isError ? toFormProblem(changing.error, ['role', 'level']) : NO_PROBLEM;
  const form = useFocusOnFault(problem.fields);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!changing.isPending && !unchanged) changing.mutate();
  };
  return (
    <form ref={form} onSubmit={submit} className="grid gap-4">
      <AuthorityField value={authority} onValueChange={setAuthority} roles={roles} errors={problem.fields} />
      {problem.rest ? (
        <Notice role="alert" tone="no" title="Nothing was changed">
          {problem.rest}
        </Notice>
      ) : null}
      <DialogActions>
        <DialogClose>
          <Button>Cancel</Button>
        </DialogClose>
        <Button
          type="submit"
          variant="act"
          busy={changing.isPending}
          disabledReason={unchanged ? 'Choose another role or level first' : null}
        >
          Save
        </Button>
      </DialogActions>
    </form>
  );
}
