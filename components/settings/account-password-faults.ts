import { MISSING, missingFields } from '@/components/ui/form-problem';

const LEAST_CHARACTERS = 12;

/** What is wrong with a change of password before it is sent, all of it at once, by field. */
export function passwordFaults(current: string, next: string, repeated: string): Record<string, string> {
  const missing = missingFields({ current_password: current, new_password: next });
  const short = next !== '' && next.length < LEAST_CHARACTERS;
  return {
    ...(short ? { new_password: `At least ${LEAST_CHARACTERS} characters.` } : {}),
    ...(repeated === next ? {} : { repeated: repeated === '' ? MISSING : 'This is not the same as above.' }),
    ...missing,
  };
}
