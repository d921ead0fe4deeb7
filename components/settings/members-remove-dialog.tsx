'use client';

import { useQueryClient } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { MemberResource } from '@/lib/contracts';
import { keysKey, membersKey } from './settings-query-keys';

interface RemoveMemberProps {
  /** Whom it is about; closed while null. */
  member: MemberResource | null;
  onClose: () => void;
}

/** Asks before somebody loses their membership, and says what goes with it. */
export function RemoveMemberDialog({ member, onClose }: RemoveMemberProps) {
  const queries = useQueryClient();
  const remove = async () => {
    if (member === null) return;
    try {
      await api.removeMember({ params: { id: member.member_id } });
    } finally {
      await Promise.all([membersKey, keysKey].map((queryKey) => queries.invalidateQueries({ queryKey })));
    }
    toast.success(
      <>
        <VisibleText text={member.name} /> is no longer a member
      </>,
    );
  };
  return (
    <ConfirmDialog
      title={<VisibleText text={`Remove ${member?.name ?? ''}?`} />}
      description="Their sessions in this tenant end and the keys that act as them are revoked, at once. What they have decided stays in the record, and votes of theirs on open requests no longer count. They can be added again."
      confirmLabel="Remove"
      open={member !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      onConfirm={remove}
    />
  );
}
