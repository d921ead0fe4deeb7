import type { MemberResource } from '@/lib/contracts';

export interface LevelCoverage {
  level: number;
  /** How many members could finish a request that needs this level. */
  people: number;
}

/** For every level, how many of these members reach it. */
export function coverageOf(members: readonly Pick<MemberResource, 'level'>[]): LevelCoverage[] {
  return [1, 2, 3, 4, 5].map((level) => ({ level, people: members.filter((member) => member.level >= level).length }));
}

/** What a count means for who relies on it; null where there are enough. */
export function describeGap(people: number): string | null {
  if (people === 0) return 'nobody can finish these';
  if (people === 1) return 'but not their own requests';
  return null;
}
