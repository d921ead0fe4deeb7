'use client';

import { useState } from 'react';
import { api } from '@/components/live/api';
import { Button, ButtonLink } from '@/components/ui/button';
import { toFormProblem } from '@/components/ui/form-problem';
import { KeyValueList } from '@/components/ui/key-value-list';
import { Notice } from '@/components/ui/notice';
import { isApiProblem } from '@/lib/client';
import type { Role } from '@/lib/domain/access';
import { type CliLogin, toLoopback } from './cli-login';
import { StepUpLink } from './step-up-link';

export interface AllowCliLoginProps {
  asked: CliLogin;
  person: { name: string; email: string; tenantId: string; role: Role; level: number };
  /** What the key will do, in words. */
  does: string;
}

/** Who, what, for how long, and the one button that does it. */
export function AllowCliLogin({ asked, person, does }: AllowCliLoginProps) {
  const [state, setState] = useState<'idle' | 'busy' | 'done'>('idle');
  const [problem, setProblem] = useState<unknown>(null);
  const isStale = isApiProblem(problem, 'auth/step-up-required');
  const { name, email, tenantId, role, level } = person;

  async function allow(): Promise<void> {
    setState('busy');
    setProblem(null);
    try {
      const body = { code_challenge: asked.codeChallenge, name: `Command line on ${asked.host}` };
      const { code } = await api.allowCliLogin({ body });
      setState('done');
      location.assign(toLoopback(asked, code));
    } catch (error) {
      setState('idle');
      setProblem(error);
    }
  }

  return (
    <>
      <KeyValueList
        items={[
          { label: 'Where', value: asked.host },
          { label: 'As', value: `${name} (${email})` },
          { label: 'Tenant', value: tenantId },
          { label: 'Role', value: `${role}, level ${level}` },
          { label: 'The key', value: does },
          { label: 'For', value: 'a week, or until the key is revoked' },
        ]}
      />
      {isStale ? (
        <Notice tone="open" role="alert" title="This needs a fresh sign-in" className="mt-4">
          The key may change what decides for everybody, so it is allowed by somebody who signed in less than five
          minutes ago. You come back here.
        </Notice>
      ) : null}
      {problem === null || isStale ? null : (
        <Notice tone="no" role="alert" className="mt-4">
          {toFormProblem(problem, []).rest}
        </Notice>
      )}
      <div className="mt-6 flex gap-2">
        {isStale ? (
          <StepUpLink />
        ) : (
          <Button variant="act" busy={state === 'busy'} onClick={() => void allow()}>
            Allow
          </Button>
        )}
        <ButtonLink href="/queue">Do not allow</ButtonLink>
      </div>
      <p role="status" className="mt-4 text-13 text-ink-3">
        {state === 'done' ? 'Allowed. Go on in the terminal.' : ''}
      </p>
    </>
  );
}
