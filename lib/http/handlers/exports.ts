import { operations, type SurfaceQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import {
  exportEventLines,
  exportEvents,
  exportRequests,
  exportSurface,
  type SurfaceName,
} from '@/lib/services/exports';
import { fileResponse } from '../file-response';
import { route } from '../route';

export const exportRequestsCsv = route(operations.exportRequestsCsv, ({ actor, query }) =>
  fileResponse(exportRequests(actor, query), `countersign-requests-${actor.tenantId}.csv`),
);

export const exportEventsCsv = route(operations.exportEventsCsv, ({ actor, query }) =>
  fileResponse(exportEvents(actor, query), `countersign-events-${actor.tenantId}.csv`),
);

export const exportEventsJsonl = route(operations.exportEventsJsonl, ({ actor, query }) =>
  fileResponse(exportEventLines(actor, query), `countersign-events-${actor.tenantId}.jsonl`),
);

/** One of the seed's three files, under its own name. */
const surface = async (
  name: SurfaceName,
  { actor, query, request }: { actor: Actor; query: SurfaceQuery; request: Request },
): Promise<Response> => {
  const { end, pieces } = await exportSurface(actor, name, query, request.signal);
  return fileResponse(pieces, `${name}.jsonl`, { 'x-next-cursor': end });
};

export const exportCheckpoints = route(operations.exportCheckpoints, (input) => surface('checkpoints', input));
export const exportRunState = route(operations.exportRunState, (input) => surface('orchestrator_state', input));
export const exportRunEvents = route(operations.exportRunEvents, (input) => surface('orchestrator_events', input));
