'use client';

import { useQueryClient } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { ConfirmDialog } from '@/components/ui/confirm-dialog';
import { toast } from '@/components/ui/toast';
import { isApiProblem } from '@/lib/client';
import type { SecretResource } from '@/lib/contracts';
import { secretsKey } from './settings-query-keys';

interface RemoveSecretProps {
  /** Which it is about; closed while null. */
  secret: SecretResource | null;
  onClose: () => void;
}

/** Asks before a secret is gone, and says what fails without it. */
export function RemoveSecretDialog({ secret, onClose }: RemoveSecretProps) {
  const queries = useQueryClient();
  const remove = async () => {
    if (secret === null) return;
    try {
      await api.deleteSecret({ params: { name: secret.name } });
    } catch (error) {
      // Somebody else was faster: it is as it was wished.
      if (!isApiProblem(error, 'secret/not-found')) throw error;
    } finally {
      await queries.invalidateQueries({ queryKey: secretsKey });
    }
    toast.success(`${secret.name} is removed`);
  };
  return (
    <ConfirmDialog
      title={`Remove ${secret?.name ?? ''}?`}
      description={secret === null ? '' : describeRemoval(secret)}
      confirmLabel="Remove"
      open={secret !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      onConfirm={remove}
    />
  );
}

function describeRemoval({ used_by: names }: SecretResource): string {
  const runs = 'Tasks that refer to it fail from now on, also in runs that are under way.';
  const gone = 'Nobody can bring its value back.';
  return names.length === 0
    ? `No definition refers to it. ${runs} ${gone}`
    : `${runs} ${names.length === 1 ? 'This definition refers' : 'These definitions refer'} to it: ${names.join(', ')}. ${gone}`;
}
