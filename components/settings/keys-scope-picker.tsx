'use client';

import { Checkbox } from '@/components/ui/checkbox';
import type { Scope } from '@/lib/domain/access';
import { isInStar, SCOPE_WORDS, STAR_WORDS, scopeGroups } from './keys-words';

type NamedScope = Exclude<Scope, '*'>;

export interface ScopePickerProps {
  value: ReadonlySet<Scope>;
  onValueChange: (value: Set<Scope>) => void;
  /** The scopes that may be given. */
  grantable: readonly Scope[];
  /** Whether the key acts as a person; a service never decides. */
  actsAsPerson: boolean;
  error: string | null | undefined;
}

/** What a key may do, in plain words. */
export function ScopePicker({ value, onValueChange, grantable, actsAsPerson, error }: ScopePickerProps) {
  const star = value.has('*');
  const toggle = (scope: Scope, on: boolean) => {
    const next = new Set(value);
    if (on) next.add(scope);
    else next.delete(scope);
    onValueChange(next);
  };
  const stateOf = (scope: NamedScope): { checked: boolean; why: string | null } => {
    if (scope === 'requests:decide' && !actsAsPerson) {
      return { checked: false, why: 'A service never decides in its own name' };
    }
    if (star && isInStar(scope)) return { checked: true, why: SCOPE_WORDS[scope].hint };
    return {
      checked: value.has(scope),
      why: grantable.includes(scope) ? null : 'You cannot give what you do not have',
    };
  };
  return (
    <fieldset className="min-w-0" data-invalid={error ? true : undefined}>
      <legend className="mb-1 font-medium text-13 text-ink-2">What it may do</legend>
      <div className="grid gap-4 border-y pt-3">
        <Checkbox
          label={STAR_WORDS.label}
          hint={STAR_WORDS.hint}
          checked={star}
          disabled={!grantable.includes('*')}
          onCheckedChange={(on) => toggle('*', on)}
        />
        <div className="gap-x-6 sm:columns-2">
          {scopeGroups().map(({ group, scopes }) => (
            <fieldset key={group} className="grid min-w-0 break-inside-avoid pb-4 content-start gap-2">
              <legend className="mb-1.5 text-12 text-ink-3">{group}</legend>
              {scopes.map((scope) => {
                const { checked, why } = stateOf(scope);
                return (
                  <Checkbox
                    key={scope}
                    label={SCOPE_WORDS[scope].label}
                    hint={why ?? SCOPE_WORDS[scope].hint}
                    checked={checked}
                    disabled={why !== null}
                    onCheckedChange={(on) => toggle(scope, on)}
                  />
                );
              })}
            </fieldset>
          ))}
        </div>
      </div>
      <p role="alert" className="mt-1 text-12 text-no empty:hidden">
        {error}
      </p>
    </fieldset>
  );
}
