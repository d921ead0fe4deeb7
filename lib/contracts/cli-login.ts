import { z } from 'zod';
import { defineOperation } from './operation';
import { ScopeSchema } from './people';
import { Name, Timestamp } from './scalars';

/** RFC 7636 §4.2, method S256: the SHA-256 of the verifier as base64url. */
const CodeChallenge = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'a SHA-256 as base64url, without padding');
/** RFC 7636 §4.1. */
const CodeVerifier = z.string().regex(/^[A-Za-z0-9._~-]{43,128}$/, '43 to 128 unreserved characters');

export const AllowCliLoginBody = z.strictObject({
  code_challenge: CodeChallenge,
  name: Name.meta({ description: 'What the key will be called: where the command line runs' }),
});
export type AllowCliLoginBody = z.output<typeof AllowCliLoginBody>;

export const CliCode = z.object({ code: z.string(), expires_at: Timestamp });
export type CliCode = z.output<typeof CliCode>;

export const allowCliLogin = defineOperation({
  id: 'allowCliLogin',
  method: 'POST',
  path: '/api/v1/me/cli-login',
  access: 'authenticated',
  tag: 'People',
  summary: 'Allow a command line to sign in as oneself',
  description:
    'Only with a session. The code is good once, for two minutes, and for whoever has the verifier of its challenge (RFC 7636). Nothing is made until it is ' +
    'exchanged, so repeating the call has no effect. Whoever may change policy needs a sign-in not older than five minutes: so may the key.',
  body: AllowCliLoginBody,
  response: CliCode,
  example: { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', name: 'Command line on laptop' },
});

export const FinishCliLoginBody = z.strictObject({ code: z.string().min(1).max(4096), code_verifier: CodeVerifier });
export type FinishCliLoginBody = z.output<typeof FinishCliLoginBody>;

export const CliKey = z.object({
  key_id: z.string(),
  key: z.string(),
  tenant_id: z.string(),
  member_id: z.string(),
  scopes: z.array(ScopeSchema),
  expires_at: Timestamp,
});
export type CliKey = z.output<typeof CliKey>;

export const finishCliLogin = defineOperation({
  id: 'finishCliLogin',
  method: 'POST',
  path: '/api/v1/cli-login',
  access: 'public',
  tag: 'People',
  summary: 'Exchange a code for a key that acts as the person who allowed it, for a week',
  description:
    'The code proves who asks, and is good once. `Idempotency-Key` is not honoured: a key is never shown twice, so repeating the call answers 401 `auth/invalid-code`.',
  body: FinishCliLoginBody,
  response: CliKey,
  example: { code: 'the code that the browser brought', code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' },
});
