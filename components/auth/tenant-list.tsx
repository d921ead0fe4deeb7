'use client';

import { ChevronRightIcon } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { VisibleText } from '@/components/ui/visible-text';
import type { TenantChoice } from '@/lib/client';

interface TenantListProps {
  tenants: readonly TenantChoice[];
  busy: boolean;
  onChoose: (tenantId: string) => void;
  onBack: () => void;
}

/** Which of one's tenants: one press signs in there. */
export function TenantList({ tenants, busy, onChoose, onBack }: TenantListProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section aria-labelledby="choose-tenant">
      <h2 id="choose-tenant" ref={heading} tabIndex={-1} className="font-medium text-14 outline-none">
        Which tenant?
      </h2>
      <p className="text-13 text-ink-3">You are a member of {tenants.length}. A session belongs to one of them.</p>
      <ul className="mt-4 divide-y border-y">
        {tenants.map((tenant) => (
          <li key={tenant.tenant_id}>
            <button
              type="button"
              aria-disabled={busy || undefined}
              onClick={() => (busy ? undefined : onChoose(tenant.tenant_id))}
              className="flex w-full items-center gap-3 py-3 text-left transition-colors hover:bg-sunk aria-disabled:cursor-progress"
            >
              <span className="grid min-w-0 flex-1">
                <span className="truncate font-medium">
                  <VisibleText text={tenant.name} />
                </span>
                {tenant.name === tenant.tenant_id ? null : (
                  <span className="truncate font-mono text-12 text-ink-3">{tenant.tenant_id}</span>
                )}
              </span>
              <ChevronRightIcon className="size-4 shrink-0 text-ink-3" aria-hidden="true" />
            </button>
          </li>
        ))}
      </ul>
      <Button variant="plain" size="sm" onClick={onBack} className="-ml-2 mt-4">
        Use another account
      </Button>
    </section>
  );
}
