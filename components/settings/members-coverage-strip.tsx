import { cx } from '@/components/ui/class-names';
import { LevelGlyph } from '@/components/ui/level';
import { Section } from '@/components/ui/section';
import type { MemberResource } from '@/lib/contracts';
import { coverageOf, describeGap } from './members-coverage';

/** For every level, how many people can finish a request that needs it: where there is one or none, requests will wait. */
export function MembersCoverage({ members }: { members: readonly MemberResource[] }) {
  return (
    <Section title="Who can finish a request" tone="quiet">
      <dl className="grid border-y max-rail:divide-y rail:grid-cols-5 rail:divide-x">
        {coverageOf(members).map(({ level, people }) => {
          const gap = describeGap(people);
          return (
            <div
              key={level}
              className="flex items-baseline gap-x-3 py-2 max-rail:justify-between rail:grid rail:gap-y-0.5 rail:px-4 rail:first:pl-0"
            >
              <dt className="flex items-center gap-2 text-12 text-ink-3">
                <LevelGlyph level={level} labelled className="text-ink-2" /> needs level {level}
              </dt>
              <dd className="max-rail:text-right">
                <span className={cx('text-16', people === 0 && 'text-no')}>{people}</span>{' '}
                <span className="text-13 text-ink-2">{people === 1 ? 'person' : 'people'}</span>
                <span
                  className={cx('block text-12', people === 0 ? 'text-no' : 'text-open', gap ? '' : 'max-rail:hidden')}
                >
                  {gap ?? '\u00A0'}
                </span>
              </dd>
            </div>
          );
        })}
      </dl>
    </Section>
  );
}
