import { AppError } from '@/lib/domain/errors';
import { assertCleanText, readJsonBody } from './input';

const MAX_FORM_BYTES = 16 * 1024;

/**
 * Reads a submitted form, or a JSON object of texts: names and texts, the last of a name counts. Bounded while it arrives.
 * @throws AppError 413, 415, 400 or 422.
 */
export async function readForm(request: Request): Promise<Record<string, string>> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return textsOf(await readJsonBody(request));
  if (type !== 'application/x-www-form-urlencoded') throw new AppError('http/unsupported-media-type');
  const form = Object.fromEntries(new URLSearchParams(await readBounded(request)));
  for (const [name, value] of Object.entries(form)) assertCleanText(value, `/${name}`);
  return form;
}

function textsOf(body: unknown): Record<string, string> {
  if (typeof body !== 'object' || body === null) throw new AppError('http/not-json');
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string'));
}

async function readBounded(request: Request): Promise<string> {
  if (request.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_FORM_BYTES) throw new AppError('http/too-large', { detail: `At most ${MAX_FORM_BYTES} bytes.` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
