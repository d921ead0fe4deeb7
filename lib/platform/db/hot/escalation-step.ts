import type { EscalationStep } from '@/lib/domain/policy';

/** A step as the database keeps it. */
export interface EscalationStepJson {
  after_seconds: number;
  to: string | null;
  level: number | null;
}

export function toEscalationStep({ after_seconds, to, level }: EscalationStepJson): EscalationStep {
  return { afterSeconds: after_seconds, to, level };
}

export function toEscalationStepJson({ afterSeconds, to, level }: EscalationStep): EscalationStepJson {
  return { after_seconds: afterSeconds, to, level };
}
