'use client';

import { LevelGlyph } from '@/components/ui/level';
import { ROLE_BANDS, ROLES, type Role } from '@/lib/domain/access';
import { describeLevel, levelsOf, ROLE_WORDS } from './members-words';
import { RadioList } from './radio-list';

export interface Authority {
  role: Role;
  level: number;
}

export interface AuthorityFieldProps {
  value: Authority;
  onValueChange: (value: Authority) => void;
  /** The roles that may be given. */
  roles: readonly Role[];
  errors: Readonly<Record<string, string>>;
}

/** A role, and within its band a level; what both mean is said where they are chosen. */
export function AuthorityField({ value, onValueChange, roles, errors }: AuthorityFieldProps) {
  const levels = levelsOf(value.role);
  return (
    <div className="grid gap-4">
      <RadioList
        legend="Role"
        value={value.role}
        onValueChange={(role) => onValueChange({ role, level: ROLE_BANDS[role].default })}
        error={errors.role}
        options={ROLES.map((role) => ({
          value: role,
          label: (
            <span className="inline-flex items-center gap-2">
              {ROLE_WORDS[role].label} <BandGlyph role={role} />
            </span>
          ),
          hint: ROLE_WORDS[role].may,
          disabledReason: roles.includes(role) ? null : `Only an owner makes ${ROLE_WORDS[role].plural}.`,
        }))}
      />
      {levels.length > 1 ? (
        <RadioList
          legend="Level"
          layout="row"
          value={`${value.level}`}
          onValueChange={(level) => onValueChange({ role: value.role, level: Number(level) })}
          error={errors.level}
          options={levels.map((level) => ({
            value: `${level}`,
            label: (
              <span className="inline-flex items-center gap-2">
                Level {level} <LevelGlyph level={level} labelled />
              </span>
            ),
          }))}
        />
      ) : null}
      <p role="status" className="text-13 text-ink-2">
        {describeLevel(value.level)}
      </p>
    </div>
  );
}

function BandGlyph({ role }: { role: Role }) {
  const { min, max } = ROLE_BANDS[role];
  return (
    <span className="inline-flex items-center gap-1.5 font-normal text-12 text-ink-3">
      <LevelGlyph level={max} labelled />
      {min === max ? `level ${min}` : `levels ${min} to ${max}`}
    </span>
  );
}
