import Link from 'next/link';
import { cx } from '@/components/ui/class-names';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { DagEditor } from './dag-editor';

/** A definition that is not kept yet. */
export function NewDagView({ text }: { text: string }) {
  return (
    <div className={cx(PAGE_BODY, 'grid gap-8 *:min-w-0')}>
      <PageHeader
        title="New definition"
        description="It is called what its text says, and saved as that name’s next version"
        meta={
          <nav aria-label="Back">
            <Link href="/dags" className="rounded-mark hover:text-ink hover:underline">
              Definitions
            </Link>
          </nav>
        }
      />
      <DagEditor text={text} name={null} newest={null} mayWrite />
    </div>
  );
}
