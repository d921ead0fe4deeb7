import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { api } from './api';
import { admitSegments } from './request-target';

// Next's own Request and Response must stay what they are.
const serve = getRequestListener(api, { overrideGlobalObjects: false });

/** Answers a call of the API as it came from the socket. */
export function serveDirect(request: IncomingMessage, response: ServerResponse): void {
  if (admitSegments(request, response)) void serve(request, response);
}
