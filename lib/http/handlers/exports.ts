import { operations } from '@/lib/contracts';
import { exportEvents, exportRequests } from '@/lib/services/exports';
import { csvResponse } from '../csv-response';
import { route } from '../route';

export const exportRequestsCsv = route(operations.exportRequestsCsv, ({ actor, query }) =>
  csvResponse(exportRequests(actor, query), `countersign-requests-${actor.tenantId}.csv`),
);

export const exportEventsCsv = route(operations.exportEventsCsv, ({ actor, query }) =>
  csvResponse(exportEvents(actor, query), `countersign-events-${actor.tenantId}.csv`),
);
