import { operations } from '@/lib/contracts';
import { followEvents, listEvents as list, verifyAudit as verify } from '@/lib/services/audit';
import { assertMayCall, authenticate, inNamedTenant } from '../authenticate';
import { eventStream } from '../event-stream';
import { route } from '../route';

export { closeStreams } from '../event-stream';

export const listEvents = route(operations.listEvents, ({ actor, query }) => list(actor, query));

export const streamEvents = route(operations.streamEvents, ({ actor, query, request }) => {
  const lastEventId = request.headers.get('last-event-id');
  // What authentication reads, kept for as long as the stream lives: the request itself may be gone by then.
  const credentials = new Request(request.url, { headers: new Headers(request.headers) });
  return eventStream(request, {
    open: (signal) => followEvents(actor, lastEventId, signal),
    reauthorize: async () => {
      const caller = await authenticate(credentials);
      assertMayCall(caller, operations.streamEvents.access);
      await inNamedTenant(caller, { params: {}, query, body: undefined });
    },
  });
});

export const verifyAudit = route(operations.verifyAudit, ({ actor }) => verify(actor));
