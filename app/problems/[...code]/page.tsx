import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ButtonLink } from '@/components/ui/button';
import { KeyValueList } from '@/components/ui/key-value-list';
import { PageHeader } from '@/components/ui/page-header';
import { PROBLEMS, type ProblemCode } from '@/lib/domain/errors';

interface ProblemPageProps {
  params: Promise<{ code: string[] }>;
}

export const metadata: Metadata = { title: 'Problem' };
export const dynamic = 'force-dynamic';

/** Where the `type` of a problem document leads (RFC 9457 §3.1.1): what this code means. */
export default async function ProblemPage({ params }: ProblemPageProps) {
  const code = (await params).code.join('/');
  if (!Object.hasOwn(PROBLEMS, code)) notFound();
  const { status, title } = PROBLEMS[code as ProblemCode];
  return (
    <main id="main" className="mx-auto grid max-w-[640px] gap-8 px-5 py-8 sm:px-10">
      <PageHeader title={title} />
      <KeyValueList
        items={[
          { label: 'Code', value: <code className="font-mono text-12">{code}</code> },
          { label: 'HTTP status', value: status },
        ]}
      />
      <div>
        <ButtonLink href="/docs">All operations</ButtonLink>
      </div>
    </main>
  );
}
