import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { DocsFrame } from '@/components/docs/docs-frame';
import { operationsAbout } from '@/components/docs/problem-operations';
import { Prose } from '@/components/docs/prose';
import { ButtonLink } from '@/components/ui/button';
import { KeyValueList } from '@/components/ui/key-value-list';
import { PageHeader } from '@/components/ui/page-header';
import { Section } from '@/components/ui/section';
import { PROBLEMS, type ProblemCode } from '@/lib/domain/errors';
import { PROBLEM_ADVICE } from '@/lib/domain/problem-advice';

interface ProblemPageProps {
  params: Promise<{ code: string[] }>;
}

export const dynamic = 'force-dynamic';

async function findCode(params: ProblemPageProps['params']): Promise<ProblemCode | null> {
  const code = (await params).code.join('/');
  return Object.hasOwn(PROBLEMS, code) ? (code as ProblemCode) : null;
}

export async function generateMetadata({ params }: ProblemPageProps): Promise<Metadata> {
  const code = await findCode(params);
  return { title: code === null ? 'Not found' : PROBLEMS[code].title };
}

/** Where the `type` of a problem document leads (RFC 9457 §3.1.1): what this code means, and what to do about it. */
export default async function ProblemPage({ params }: ProblemPageProps) {
  const code = await findCode(params);
  if (code === null) notFound();
  const { status, title } = PROBLEMS[code];
  const about = operationsAbout(code);
  return (
    <DocsFrame>
      <PageHeader title={title} />
      <p className="-mt-3 max-w-[64ch] text-ink-2">
        <Prose>{PROBLEM_ADVICE[code]}</Prose>
      </p>
      <KeyValueList
        items={[
          { label: 'Code', value: <code className="font-mono text-12">{code}</code> },
          { label: 'HTTP status', value: status },
        ]}
      />
      {about.length === 0 ? (
        <div>
          <ButtonLink href="/docs">All operations</ButtonLink>
        </div>
      ) : (
        <Section title="Operations that this is about">
          <ul className="divide-y border-y text-13">
            {about.map(({ id, summary }) => (
              <li key={id} className="py-1.5">
                <Link href={`/docs#${id}`} className="text-act hover:underline">
                  {summary}
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </DocsFrame>
  );
}
