export { renderMetrics } from './metrics';
export { announceShutdown, checkReadiness, type Readiness } from './readiness';
