import { PutSecretBody, type SecretResource } from '@/lib/contracts';
import { mayGoTo, SECRET_NAME } from '@/lib/domain/run';

/** What stands in the form of a secret. Hosts are written one on a line. */
export interface SecretDraft {
  name: string;
  value: string;
  hosts: string;
}

/** The form as it begins: a new secret is empty, of one that exists everything is known but its value. */
export function toSecretDraft(secret: SecretResource | null): SecretDraft {
  return { name: secret?.name ?? '', value: '', hosts: secret?.allowed_hosts.join('\n') ?? '' };
}

/** The hosts as somebody wrote them: on lines, or between spaces or commas; each once. */
export function readHosts(text: string): string[] {
  return [...new Set(text.toLowerCase().split(/[\s,]+/))].filter((host) => host !== '');
}

/** Those hosts to which a secret may not go yet: they need its value again. */
export function furtherHosts(secret: SecretResource | null, hosts: readonly string[]): string[] {
  return secret === null ? [] : hosts.filter((host) => !mayGoTo(secret.allowed_hosts, { host }));
}

interface Read {
  faults: Readonly<Record<string, string>>;
  name: string;
  body: PutSecretBody;
}

/** What is sent, and what keeps it from being sent. `secret` is the one that is changed; null for a new one. */
export function readSecretDraft(
  draft: SecretDraft,
  secret: SecretResource | null,
  { taken, needsValue }: { taken: readonly string[]; needsValue: boolean },
): Read {
  const name = draft.name.trim();
  // What was copied together with a line's end is not meant with it.
  const value = draft.value.trim();
  const hosts = readHosts(draft.hosts);
  const body = { allowed_hosts: hosts, ...(needsValue || value !== '' ? { value } : {}) };
  const parsed = PutSecretBody.safeParse(body);
  const wrong = new Set(parsed.success ? [] : parsed.error.issues.map(({ path }) => String(path[0])));
  return {
    name,
    body,
    faults: {
      ...(secret === null ? nameFault(name, taken) : {}),
      ...(wrong.has('value') ? { value: valueFault(value) } : {}),
      ...(wrong.has('allowed_hosts') ? { allowed_hosts: hostsFault(hosts) } : {}),
    },
  };
}

function nameFault(name: string, taken: readonly string[]): Record<string, string> {
  if (name === '') return { name: 'This is missing.' };
  if (!SECRET_NAME.test(name)) return { name: 'Letters, digits, _ and -, a letter first, at most 64.' };
  return taken.includes(name) ? { name: 'There is a secret of this name already. Replace its value instead.' } : {};
}

function valueFault(value: string): string {
  if (value === '') return 'This is missing.';
  return value.length < 8
    ? 'At least 8 characters, so that it can be told from other text.'
    : 'At most 8,192 characters.';
}

function hostsFault(hosts: readonly string[]): string {
  if (hosts.length === 0) return 'Name at least one host.';
  if (hosts.length > 20) return 'At most 20 hosts.';
  const wrong = hosts.filter((host) => !PutSecretBody.shape.allowed_hosts.safeParse([host]).success);
  return `Not a host: ${wrong.join(', ')}. Write api.example.com, *.example.com or api.example.com:8443.`;
}
