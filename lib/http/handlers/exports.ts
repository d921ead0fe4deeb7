import { operations } from '@/lib/contracts';
import { exportEventLines, exportEvents, exportRequests } from '@/lib/services/exports';
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
