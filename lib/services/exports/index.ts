export { exportEventLines, exportEvents } from './export-events';
export { exportRequests } from './export-requests';
export { type ExportedSurface, exportSurface, type SurfaceName } from './surfaces';
