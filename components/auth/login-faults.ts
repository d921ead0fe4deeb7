import { MISSING, missingFields } from '@/components/ui/form-problem';

interface Typed {
  email: string;
  password: string;
  /** Undefined where it is not asked for. */
  tenant_id: string | undefined;
}

/** What keeps a sign-in from being sent, by field. `isAddress` is what the browser thinks of the e-mail. A password may be of spaces. */
export function loginFaults({ email, password, tenant_id: tenant }: Typed, isAddress: boolean): Record<string, string> {
  return {
    ...(isAddress ? {} : { email: 'This is not an e-mail address.' }),
    ...missingFields({ email, ...(tenant === undefined ? {} : { tenant_id: tenant }) }),
    ...(password === '' ? { password: MISSING } : {}),
  };
}
