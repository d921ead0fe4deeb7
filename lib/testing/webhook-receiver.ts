import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** One delivery as it arrived. */
export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  /** One header's text; empty where it is missing. */
  header: (name: string) => string;
  body: string;
  /** When the whole body had arrived, in milliseconds of a clock that never runs backwards. */
  atMs: number;
}

export type Answer = (response: ServerResponse, delivery: Received) => void;

export interface Receiver {
  /** Where it listens: `http://127.0.0.1:<port>`. */
  url: string;
  port: number;
  received: Received[];
  /** How many connections were ever made to it. */
  connections: number;
  /** Resolves as soon as `count` deliveries (to `path`, if given) have arrived. */
  waitFor: (count: number, path?: string) => Promise<Received[]>;
  /** What the next deliveries (to `path`) are answered with, one after the other; the last one stays. */
  answerWith: (answers: Answer[], path?: string) => void;
  close: () => Promise<void>;
}

/** A real HTTP server that receives deliveries and answers them as it is told: 204 unless told otherwise. */
export async function startReceiver(host = '127.0.0.1'): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const scripts = new Map<string, Answer[]>();
  const watchers = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    response.on('error', () => {});
    request.on('end', () => {
      const { headers, url = '/' } = request;
      const header = (name: string) => String(headers[name.toLowerCase()] ?? '');
      const body = Buffer.concat(chunks).toString('utf8');
      const delivery = { path: url, headers, header, body, atMs: performance.now() };
      received.push(delivery);
      const script = scripts.get(url) ?? scripts.get('*') ?? [];
      const answer = (script.length > 1 ? script.shift() : script[0]) ?? answers.status(204);
      answer(response, delivery);
      for (const watch of watchers) watch();
    });
  });
  const receiver: Receiver = {
    url: '',
    port: 0,
    received,
    connections: 0,
    waitFor: (count, path) =>
      new Promise((resolve) => {
        const watch = () => {
          const matching = received.filter((delivery) => path === undefined || delivery.path === path);
          if (matching.length < count) return;
          watchers.delete(watch);
          resolve(matching);
        };
        watchers.add(watch);
        watch();
      }),
    answerWith: (script, path = '*') => scripts.set(path, [...script]),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  server.on('connection', (socket) => {
    receiver.connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  receiver.port = (server.address() as AddressInfo).port;
  receiver.url = `http://${host.includes(':') ? `[${host}]` : host}:${receiver.port}`;
  return receiver;
}

/** Ways to answer, good and bad. */
export const answers = {
  status: (status: number, headers: Record<string, string> = {}, body = ''): Answer => {
    return (response) => response.writeHead(status, headers).end(body);
  },
  /** Accepts and says nothing. */
  hang: (): Answer => () => {},
  /** Sends headers at once and then a byte a second, for ever. */
  drip: (status: number): Answer => {
    return (response) => {
      response.writeHead(status, { 'content-type': 'text/plain' }).write('.');
      const timer = setInterval(() => response.write('.'), 1000);
      response.on('close', () => clearInterval(timer));
    };
  },
  /** Sends the very headers a byte at a time, on the bare socket. */
  dripHeaders: (): Answer => (response) => {
    const bytes = [...'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n'];
    const { socket } = response;
    const timer = setInterval(() => socket?.write(bytes.shift() ?? 'x-more: 1\r\n'), 1000);
    response.on('close', () => clearInterval(timer));
  },
  /** Sends as much as the other side takes, up to a gigabyte. */
  gigabyte: (status: number): Answer => {
    return (response) => {
      const block = Buffer.alloc(1024 * 1024, 'x');
      let left = 1024;
      response.writeHead(status, { 'content-length': String(left * block.length) });
      const more = (): void => {
        while (left > 0 && !response.destroyed) {
          left -= 1;
          if (!response.write(block)) {
            response.once('drain', more);
            return;
          }
        }
        response.end();
      };
      more();
    };
  },
  reset: (): Answer => (response) => response.socket?.resetAndDestroy(),
  redirect:
    (location: string): Answer =>
    (response) =>
      response.writeHead(302, { location }).end(),
};
