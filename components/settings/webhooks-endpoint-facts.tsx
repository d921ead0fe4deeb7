import { KeyValueList } from '@/components/ui/key-value-list';
import { Moment } from '@/components/ui/relative-time';
import type { EndpointResource } from '@/lib/contracts';
import { describeRetries } from './webhooks-retries';
import { describeTypes } from './webhooks-words';

const FINGERPRINT_SHOWN = 12;

/** What an endpoint hears of, how often it is tried, and which secret signs. */
export function EndpointFacts({ endpoint }: { endpoint: EndpointResource }) {
  return (
    <KeyValueList
      items={[
        {
          label: 'Hears of',
          value: <span title={endpoint.event_types.join(', ')}>{describeTypes(endpoint.event_types)}</span>,
        },
        { label: 'Tried again', value: describeRetries(endpoint.retry_schedule_seconds) },
        { label: 'Signed with', value: <Secret endpoint={endpoint} /> },
        { label: 'Since', value: <Moment at={endpoint.created_at} /> },
      ]}
    />
  );
}

function Secret({ endpoint }: { endpoint: EndpointResource }) {
  const { secret_version: version, secret_fingerprint: fingerprint, previous_secret_expires_at: until } = endpoint;
  return (
    <>
      Secret {version}, fingerprint{' '}
      <code title={`SHA-256 ${fingerprint}`} className="font-mono text-12">
        {fingerprint.slice(0, FINGERPRINT_SHOWN)}
      </code>
      {until === null ? null : (
        <span className="text-open">
          {' '}
          and with secret {version - 1} too, until <Moment at={until} />
        </span>
      )}
    </>
  );
}
