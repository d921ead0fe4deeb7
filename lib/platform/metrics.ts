import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { perProcess } from './process-wide';

interface Metrics {
  /** What Node and the system say of this process. */
  processRegistry: Registry;
  /** What Countersign counts. */
  registry: Registry;
  requests: Histogram<'operation' | 'method' | 'status'>;
  decisions: Counter<'event'>;
  budgetDenials: Counter<'breach' | 'at'>;
  deliveries: Counter<'outcome'>;
  deliverySeconds: Histogram<'outcome'>;
  sweeps: Counter<'kind'>;
  evaluations: Counter<'outcome'>;
  open: Gauge;
  overdue: Gauge;
  outbox: Gauge;
  outboxAge: Gauge;
  backlog: Gauge<'status'>;
  workers: Gauge;
  drift: Gauge<'tenant' | 'section'>;
  driftFaults: Gauge<'tenant'>;
  pool: Gauge<'role' | 'state'>;
  costDrift: Histogram;
  costAutoOff: Gauge;
}

function make(): Metrics {
  const registry = new Registry();
  const processRegistry = new Registry();
  collectDefaultMetrics({ register: processRegistry, prefix: 'countersign_' });
  const registers = [registry];
  return {
    processRegistry,
    registry,
    requests: new Histogram({
      name: 'countersign_http_request_seconds',
      help: 'Time to answer, by operation and status',
      labelNames: ['operation', 'method', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    decisions: new Counter({
      name: 'countersign_events_total',
      help: 'Events written, by type',
      labelNames: ['event'],
      registers,
    }),
    budgetDenials: new Counter({
      name: 'countersign_budget_denials_total',
      help: 'What budgets had not enough left for, by breach (per_request, daily, monthly) and where (creation, vote)',
      labelNames: ['breach', 'at'],
      registers,
    }),
    deliveries: new Counter({
      name: 'countersign_webhook_attempts_total',
      help: 'Webhook attempts, by outcome (delivered, failed, dead)',
      labelNames: ['outcome'],
      registers,
    }),
    deliverySeconds: new Histogram({
      name: 'countersign_webhook_latency_seconds',
      help: 'Time a receiver took to answer, by outcome',
      labelNames: ['outcome'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
      registers,
    }),
    sweeps: new Counter({
      name: 'countersign_swept_total',
      help: 'Requests moved by the sweeps',
      labelNames: ['kind'],
      registers,
    }),
    evaluations: new Counter({
      name: 'countersign_evaluation_records_total',
      help: 'Evaluations by what became of their record (recorded, sampled_out, dropped: no room, failed: refused, of_request: by the worker)',
      labelNames: ['outcome'],
      registers,
    }),
    open: new Gauge({ name: 'countersign_open_requests', help: 'Requests that wait for a person', registers }),
    overdue: new Gauge({
      name: 'countersign_overdue_requests',
      help: 'Open requests past their end that no sweep has moved yet',
      registers,
    }),
    outbox: new Gauge({ name: 'countersign_outbox_events', help: 'Events that wait to be dispatched', registers }),
    outboxAge: new Gauge({
      name: 'countersign_outbox_age_seconds',
      help: 'How long the first event that waits to be dispatched has waited',
      registers,
    }),
    backlog: new Gauge({
      name: 'countersign_webhook_deliveries',
      help: 'Webhook deliveries that are not delivered, by status (pending, failed: will be tried again, dead: will not)',
      labelNames: ['status'],
      registers,
    }),
    drift: new Gauge({
      name: 'countersign_config_drift',
      help: 'Places in which a section of the configuration differs from its file',
      labelNames: ['tenant', 'section'],
      registers,
    }),
    driftFaults: new Gauge({
      name: 'countersign_config_file_faulty',
      help: '1 where the configuration file could not be compared, else 0',
      labelNames: ['tenant'],
      registers,
    }),
    workers: new Gauge({ name: 'countersign_workers', help: 'Workers that are alive', registers }),
    pool: new Gauge({
      name: 'countersign_pool_connections',
      help: 'Connections of a pool, and callers that wait for one',
      labelNames: ['role', 'state'],
      registers,
    }),
    costDrift: new Histogram({
      name: 'countersign_cost_drift_ratio',
      help: 'What things cost for what their cost model said; 1 is exact',
      buckets: [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1, 1.05, 1.1, 1.25, 1.5, 2, 4, 10],
      registers,
    }),
    costAutoOff: new Gauge({
      name: 'countersign_cost_auto_approval_off',
      help: 'Skills for which automatic approval by cost has switched itself off',
      registers,
    }),
  };
}

/** The metrics of this process, as Prometheus reads them. */
export function metrics(): Metrics {
  return perProcess('metrics', make);
}

/** Records one answered call. `durationMs` is in milliseconds. */
export function observeRequest(operation: string, method: string, status: number, durationMs: number): void {
  metrics().requests.observe({ operation, method, status: String(status) }, durationMs / 1000);
}

/** What this process has counted so far, for another one to show. */
export async function snapshotMetrics(): Promise<object[]> {
  const all = await metrics().registry.getMetricsAsJSON();
  return all.filter(({ type }) => String(type) !== 'gauge');
}

/** This process's metrics in Prometheus' text format, with what other processes have counted added to its own. */
export async function renderWith(snapshots: readonly object[][]): Promise<string> {
  const { processRegistry, registry } = metrics();
  const own = await registry.getMetricsAsJSON();
  const merged = AggregatorRegistry.aggregate([own, ...snapshots]);
  return `${await processRegistry.metrics()}\n${await merged.metrics()}`;
}
