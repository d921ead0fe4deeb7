'use client';

import { useQueryClient } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { toast } from '@/components/ui/toast';
import { VisibleText } from '@/components/ui/visible-text';
import type { KeyResource } from '@/lib/contracts';
import { keysKey } from './settings-query-keys';

interface RevokeKeyProps {
  /** Which key it is about; closed while null. */
  revoking: KeyResource | null;
  onClose: () => void;
}

/** Asks before a key is ended for good. */
export function RevokeKeyDialog({ revoking, onClose }: RevokeKeyProps) {
  const queries = useQueryClient();
  const revoke = async () => {
    if (revoking === null) return;
    try {
      await api.revokeKey({ params: { id: revoking.key_id } });
    } finally {
      await queries.invalidateQueries({ queryKey: keysKey });
    }
    toast.success(
      <>
        <VisibleText text={revoking.name} /> is revoked
      </>,
    );
  };
  return (
    <ConfirmDialog
      title={<VisibleText text={`Revoke ${revoking?.name ?? ''}?`} />}
      description="Whatever calls with it is refused from the next call on. This cannot be undone; requests it has made stay as they are."
      confirmLabel="Revoke"
      open={revoking !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      onConfirm={revoke}
    />
  );
}
