import type { Metadata } from 'next';
import { type BodySchema, bodyFields } from '@/components/docs/body-fields';
import { DocsFrame } from '@/components/docs/docs-frame';
import { OperationList } from '@/components/docs/operation-list';
import { Prose } from '@/components/docs/prose';
import { ButtonLink } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page-header';
import { type Operation, operations } from '@/lib/contracts';
import { describeInput } from '@/lib/openapi';

export const metadata: Metadata = { title: 'API' };
/** Rendered per request, so that the scripts carry the request's nonce. */
export const dynamic = 'force-dynamic';

const FIELDS = Object.fromEntries(
  Object.values<Operation>(operations).flatMap(({ id, body }) =>
    body === undefined ? [] : [[id, bodyFields(describeInput(body) as BodySchema)]],
  ),
);

export default function DocsPage() {
  return (
    <DocsFrame>
      <PageHeader
        title="The API"
        description="JSON in snake_case, problem details for every error"
        actions={<ButtonLink href="/openapi.json">OpenAPI document</ButtonLink>}
      />
      <p className="-mt-3 max-w-[80ch] text-13 text-ink-2">
        <Prose>
          Software sends an API key with every call: `Authorization: Bearer csk_…`. An admin makes keys in the settings,
          each with the scopes that it needs; what a key may do is also bounded by whom it acts as.
        </Prose>
      </p>
      <OperationList fields={FIELDS} />
    </DocsFrame>
  );
}
