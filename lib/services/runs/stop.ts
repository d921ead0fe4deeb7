import { AppError } from '@/lib/domain/errors';
import { findEmergencyStop } from '@/lib/platform/db';

/**
 * While a tenant's emergency stop is on, nobody sets its runs going.
 * @throws AppError `policy/emergency-stop`.
 */
export async function assertNotStopped(tenantId: string): Promise<void> {
  if ((await findEmergencyStop(tenantId))?.active) {
    throw new AppError('policy/emergency-stop', { detail: 'No run begins or goes on meanwhile.' });
  }
}
