import type { EventResource, ExportEventsQuery, ExportLinesQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { readChainedEvents, readEvents } from '@/lib/services/audit';
import { toCsvRow } from './csv';

const COLUMNS = [
  'timestamp',
  'type',
  'request_id',
  'title',
  'actor',
  'actor_name',
  'actor_type',
  'actor_id',
  'from_status',
  'to_status',
  'reason',
  'data',
  'correlation_id',
  'seq',
  'version',
  'event_id',
  'tenant_id',
  'hash',
] as const satisfies readonly (keyof EventResource)[];

/**
 * The history as CSV, oldest first under a header row, a piece for every batch: of any size in constant memory, and complete up to the
 * moment in which it began. `after` goes on behind a row of an earlier one, without the header.
 * @throws AppError `input/invalid` where `after` names no event of the tenant.
 */
export async function* exportEvents(
  actor: Pick<Actor, 'tenantId'>,
  filter: ExportEventsQuery,
): AsyncGenerator<string, void> {
  let header = filter.after === undefined ? toCsvRow(COLUMNS) : '';
  for await (const events of readEvents(actor, filter)) {
    yield header + events.map((event) => toCsvRow(COLUMNS.map((column) => event[column]))).join('');
    header = '';
  }
  if (header !== '') yield header;
}

/**
 * The history as JSON, an event a line, with what verifies each of them: whole lines in every piece, in constant memory. `cursor` goes on
 * behind a line of an earlier one.
 */
export async function* exportEventLines(
  actor: Pick<Actor, 'tenantId'>,
  filter: ExportLinesQuery,
): AsyncGenerator<string, void> {
  for await (const events of readChainedEvents(actor, filter)) {
    yield events.map((event) => `${JSON.stringify(event)}\n`).join('');
  }
}
