import type { Metadata } from 'next';
import { OperationList } from '@/components/docs/operation-list';
import { ButtonLink } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page-header';

export const metadata: Metadata = { title: 'API' };
/** Rendered per request, so that the scripts carry the request's nonce. */
export const dynamic = 'force-dynamic';

export default function DocsPage() {
  return (
    <main id="main" className="mx-auto grid max-w-[880px] gap-8 px-5 py-8 sm:px-10">
      <PageHeader
        title="The API"
        description="JSON in snake_case, problem details for every error"
        actions={<ButtonLink href="/openapi.json">OpenAPI document</ButtonLink>}
      />
      <OperationList />
    </main>
  );
}
