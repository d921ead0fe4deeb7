import type { ApprovalRequestResource, EligibleApproversResource } from '@/lib/contracts';

type Person = EligibleApproversResource['eligible'][number];
type Needs = Pick<ApprovalRequestResource, 'required_level' | 'current_level' | 'min_approvals' | 'approvals_count'>;

export interface DeciderGroup {
  /** Null where everybody can do the same. */
  label: string | null;
  people: Person[];
}

/** Who can give what is missing: while the level is, those who have it stand apart from those whose signature only counts. */
export function groupDeciders(request: Needs, people: readonly Person[]): DeciderGroup[] {
  const { required_level: level, current_level, min_approvals, approvals_count } = request;
  if (current_level >= level) return people.length > 0 ? [{ label: null, people: [...people] }] : [];
  const finishes = min_approvals - approvals_count <= 1;
  const groups = [
    {
      label: finishes ? 'Can finish it' : `Can give level ${level}`,
      people: people.filter((one) => one.level >= level),
    },
    { label: 'Can add a signature', people: people.filter((one) => one.level < level) },
  ];
  return groups.filter((group) => group.people.length > 0);
}
