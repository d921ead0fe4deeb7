import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { perProcess } from './process-wide';

interface Metrics {
  registry: Registry;
  requests: Histogram<'operation' | 'method' | 'status'>;
  decisions: Counter<'event'>;
  deliveries: Counter<'outcome'>;
  deliverySeconds: Histogram<'outcome'>;
  sweeps: Counter<'kind'>;
  open: Gauge;
  pool: Gauge<'role' | 'state'>;
}

function make(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'countersign_' });
  const registers = [registry];
  return {
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
    open: new Gauge({ name: 'countersign_open_requests', help: 'Requests that wait for a person', registers }),
    pool: new Gauge({
      name: 'countersign_pool_connections',
      help: 'Connections of a pool, and callers that wait for one',
      labelNames: ['role', 'state'],
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
