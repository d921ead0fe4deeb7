import type { EvaluationResource } from '@/lib/contracts';
import { describeStop } from '@/lib/domain/policy';
import type { PolicyConfig } from '@/lib/platform/db';

export type Violation = EvaluationResource['violations'][number];

/** What stands against something whatever the rules say; each of these denies it. No query. */
export function violationsOf(config: PolicyConfig): Violation[] {
  if (!config.emergencyStop.active) return [];
  const message = describeStop(config.emergencyStop.reason);
  return [{ type: 'EmergencyStop', policy: 'emergency_stop', message, details: {} }];
}
