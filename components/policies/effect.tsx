import type { ReactNode } from 'react';
import { Badge, type Tone } from '@/components/ui/badge';
import { LevelGlyph } from '@/components/ui/level';
import { StatusShape } from '@/components/ui/status';
import type { PolicyDecision, RuleEffect } from '@/lib/domain/policy';

interface EffectLook {
  word: string;
  tone: Tone;
  shape: ReactNode;
}

const LOOKS = {
  allow: { word: 'Allow', tone: 'yes', shape: <path d="M1.2 5.4 4 8.2 8.8 2" /> },
  deny: { word: 'Deny', tone: 'no', shape: <path d="M1.8 1.8 8.2 8.2M8.2 1.8 1.8 8.2" /> },
  require_approval: { word: 'Approval', tone: 'open', shape: <circle cx="5" cy="5" r="3.75" /> },
} as const satisfies Record<RuleEffect, EffectLook>;

/** The effect that leads to a decision. */
export const EFFECT_OF = {
  allow: 'allow',
  deny: 'deny',
  requires_approval: 'require_approval',
} as const satisfies Record<PolicyDecision, RuleEffect>;

/** What a rule does, in a hue, a shape and a word, with the level that it asks for. */
export function Effect({ effect, level = null }: { effect: RuleEffect; level?: number | null }) {
  const { word, tone, shape } = LOOKS[effect];
  return (
    <span className="inline-flex items-center gap-2">
      <Badge tone={tone} shape={<StatusShape>{shape}</StatusShape>}>
        {word}
      </Badge>
      {level === null ? null : <LevelGlyph level={level} className="text-ink-2" />}
    </span>
  );
}
