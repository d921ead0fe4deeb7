import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import next from 'next';
import { assertSafeRole, closeDatabases, flushEvaluations } from '@/lib/platform/db';
import { env } from '@/lib/platform/env';
import { logger } from '@/lib/platform/logger';
import { closeNotifier } from '@/lib/platform/notify';
import { announceShutdown } from '@/lib/services/operations';
import { stopConfigCache } from '@/lib/services/policy';
import { endWaits } from '@/lib/services/requests';
import { endWorkWaits } from '@/lib/services/runs';
import { isApiPath } from './api';
import { serveDirect } from './direct-door';
import { closeStreams } from './handlers/events';
import { admitPage } from './page-door';
import { admitTarget } from './request-target';

const SHUTDOWN_MS = 10_000;

/**
 * One server, two doors: what matches an operation goes straight to its handler, everything else to Next. Both doors run the same
 * handlers; the direct one is several times as fast.
 */
async function main(): Promise<void> {
  const { HOST, PORT } = env();
  await assertSafeRole();
  // At its first page Next adds a listener for upgrades, after which Node hands over no request that offers one (`Upgrade: h2c`): the
  // connection would be cut without an answer. It gets a server that never listens; nothing here speaks WebSocket.
  const pages = next({ dev: false, hostname: HOST, port: PORT, httpServer: createServer() });
  await pages.prepare();
  const servePage = pages.getRequestHandler();
  const server = createServer({ requestTimeout: 120_000, headersTimeout: 20_000 });
  stopOnRequest(server, async () => {
    await pages.close();
    await flushEvaluations();
    await closeDatabases();
  });
  server.on('request', (request, response) => {
    if (!admitTarget(request, response)) return;
    const pathname = pathOf(request);
    if (isApiPath(pathname)) return serveDirect(request, response);
    if (admitPage(request, response)) servePage(request, response).catch((error) => failPage(error, response));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(PORT, HOST, resolve));
  logger().info({ port: PORT, host: HOST }, 'listening');
  process.send?.({ type: 'ready' });
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const end = url.search(/[?#]/);
  return end === -1 ? url : url.slice(0, end);
}

function failPage(error: unknown, response: ServerResponse): void {
  logger().error({ err: error }, 'a page failed');
  if (!response.headersSent) response.writeHead(500);
  response.end();
}

/**
 * SIGTERM, SIGINT, or the supervisor's end: say "not ready", answer what is under way, close, within ten seconds. Who merely waits is
 * answered at once, and every answer from then on ends its connection, which would otherwise be kept for the next call.
 */
function stopOnRequest(server: ReturnType<typeof createServer>, close: () => Promise<void>): void {
  const underWay = new Set<ServerResponse>();
  let stopping = false;
  server.on('request', (_, response) => {
    underWay.add(response);
    if (stopping) endConnection(response);
    response.once('close', () => {
      underWay.delete(response);
      if (stopping) server.closeIdleConnections();
    });
  });
  const stop = (why: string): void => {
    if (stopping) return;
    stopping = true;
    logger().info({ why }, 'stopping');
    announceShutdown();
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    for (const response of underWay) endConnection(response);
    closeStreams();
    endWaits();
    endWorkWaits();
    stopConfigCache();
    server.close(() => {
      Promise.all([close(), closeNotifier()])
        .then(() => process.exit(0))
        .catch((error) => {
          logger().error({ err: error }, 'did not stop cleanly');
          process.exit(1);
        });
    });
    server.closeIdleConnections();
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('disconnect', () => stop('the supervisor is gone'));
}

function endConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('connection', 'close');
}

process.on('unhandledRejection', (error) => logger().error({ err: error }, 'unhandled rejection'));

main().catch((error) => {
  logger().fatal({ err: error }, 'the server did not start');
  process.exit(1);
});
