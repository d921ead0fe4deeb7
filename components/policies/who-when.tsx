import { Moment } from '@/components/ui/relative-time';
import { VisibleText } from '@/components/ui/visible-text';

interface WhoWhenProps {
  name: string | null;
  at: string;
  /** Why, in their words. */
  reason?: string | null;
}

/** Who did something to a version, when, and why. */
export function WhoWhen({ name, at, reason = null }: WhoWhenProps) {
  return (
    <>
      {name === null ? 'Somebody' : <VisibleText text={name} />}
      <span className="text-ink-3">
        {' · '}
        <Moment at={at} />
      </span>
      {reason === null ? null : (
        <span className="block text-12 text-ink-2 [overflow-wrap:anywhere]">
          <q>
            <VisibleText text={reason} />
          </q>
        </span>
      )}
    </>
  );
}
