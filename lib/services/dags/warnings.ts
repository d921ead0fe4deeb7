import type { DagDocument } from '@/lib/contracts';
import { namesOfNobody } from '@/lib/domain/approval';
import type { InputFault } from '@/lib/domain/errors';
import { listReviewers } from '@/lib/platform/db';
import { capped } from './prepare';

/**
 * What a sound definition is taken with though it is likely a slip: signers that are nobody in the tenant who may approve, as its people are
 * now. Asks the database only where signers are named.
 */
export async function warningsOf(tenantId: string, { tasks }: DagDocument): Promise<InputFault[]> {
  const named = tasks.flatMap((task, index) =>
    task.type === 'checkpoint'
      ? task.required_signers.map((signer, n) => ({ signer, pointer: `/tasks/${index}/required_signers/${n}` }))
      : [],
  );
  if (named.length === 0) return [];
  const signers = [...new Set(named.map(({ signer }) => signer))];
  const nobody = new Set(namesOfNobody(signers, await listReviewers(tenantId)));
  const warnings = named.flatMap(({ signer, pointer }) =>
    nobody.has(signer) ? [{ pointer, detail: `Nobody here who may approve is ${signer}` }] : [],
  );
  return capped(warnings, 'warnings');
}
