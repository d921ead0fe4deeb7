import { z } from 'zod';
import { type BodyLimits, type InputPlace, inputFaults, toPointer, USUAL_BODY_LIMITS } from '@/lib/contracts';
import { AppError, isAppError } from '@/lib/domain/errors';
import { parseJson } from '@/lib/platform/json';
import { isWrittenAsJson, type ParsedYaml, parseYaml } from '@/lib/platform/yaml';

const MAX_DEPTH = 32;

/**
 * The one function that answers 422: parses input against its schema.
 * @throws AppError `input/invalid` with a pointer for every fault.
 */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown, where: InputPlace): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('input/invalid', { errors: inputFaults(parsed.error, where) });
}

/** Query parameters as their schema wants them: fields that are lists collect repeats, others must come once. */
export function readQuery(schema: z.ZodType, search: URLSearchParams): Record<string, unknown> {
  const shape = schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {};
  const values: Record<string, unknown> = {};
  for (const name of new Set(search.keys())) {
    const given = search.getAll(name);
    for (const text of given) assertCleanText(text, `?${name}`);
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field !== undefined && isList(field)) values[name] = given;
    else if (given.length === 1) values[name] = given[0];
    else throw new AppError('input/invalid', { errors: [{ pointer: `?${name}`, detail: 'Give it once' }] });
  }
  return values;
}

function isList(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return isList(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodArray;
}

/**
 * Reads a JSON body: the size is bounded while it arrives, the type must be JSON, and depth, number of keys and every text are checked
 * iteratively before any schema sees it.
 * @throws AppError 413, 415, 400 or 422.
 */
export async function readJsonBody(request: Request, limits = USUAL_BODY_LIMITS): Promise<unknown> {
  const type = mediaType(request);
  if (type !== 'application/json' && !type.endsWith('+json')) throw new AppError('http/unsupported-media-type');
  const text = await readText(request, limits.bytes);
  const { value, assertExact } = parseJson(text);
  assertReasonable(value, limits.keys);
  assertExact();
  return value;
}

/** A document as somebody wrote it, and where in it the parts of its value are. */
export interface SourceText extends Pick<ParsedYaml, 'locate'> {
  text: string;
}

/**
 * Reads a body that may be YAML as well as JSON. A document of YAML is read within the usual bounds, whatever JSON may have: its reader is
 * slower by far, and bounds itself by how many parts a text has; one that is written as JSON is as large as JSON may be. `source` is there
 * for YAML: JSON is written by programs.
 * @throws AppError as `readJsonBody`; `http/not-yaml` with line and column.
 */
export async function readYamlBody(
  request: Request,
  limits = USUAL_BODY_LIMITS,
): Promise<{ value: unknown; source: SourceText | null }> {
  if (mediaType(request) !== 'application/yaml') return { value: await readJsonBody(request, limits), source: null };
  const text = await readText(request, limits.bytes);
  const most = USUAL_BODY_LIMITS.bytes;
  const isLarge = text.length > most / 4 && Buffer.byteLength(text) > most;
  if (isLarge && !isWrittenAsJson(text)) throw tooLarge(most);
  assertCleanText(text, '');
  const { value, locate } = parseYaml(text);
  if (isLarge) {
    assertReasonable(value, limits.keys);
    return { value, source: null };
  }
  const source = { text, locate };
  await located(source, async () => assertReasonable(value, limits.keys));
  return { value, source };
}

/** Runs what may refuse the input, and says of every fault at which line and column of the document it is. */
export async function located<T>(source: SourceText | null, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (source === null || !isAppError(error) || error.errors === undefined) throw error;
    const errors = error.errors.map((fault) => ({ ...fault, ...(source.locate(fault.pointer) ?? {}) }));
    const { code, detail, extra } = error;
    throw new AppError(code, { detail, extra, errors, cause: error });
  }
}

/** What the body is, in a request that did not compress it. */
function mediaType(request: Request): string {
  const encoding = request.headers.get('content-encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity')
    throw new AppError('http/unsupported-media-type', { detail: 'Send the body uncompressed.' });
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const declared = request.headers.get('content-length');
  if (Number(declared ?? 0) > maxBytes) throw tooLarge(maxBytes);
  // A length that is declared is held to by the HTTP parser, and reading whole what is that small needs no stream.
  const bytes = declared === null ? await readBounded(request, maxBytes) : new Uint8Array(await request.arrayBuffer());
  if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError('http/not-json', { detail: 'The body is not UTF-8.', cause: error });
  }
}

async function readBounded(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('http/too-large', { detail: `At most ${maxBytes} bytes.` });
}

/** Depth, keys and texts, without recursion, so that a hostile body cannot exhaust the stack. */
function assertReasonable(root: unknown, maxKeys: BodyLimits['keys']): void {
  const stack: { value: unknown; depth: number; pointer: string }[] = [{ value: root, depth: 1, pointer: '' }];
  let keys = 0;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, depth, pointer } = next;
    if (typeof value === 'string') assertCleanText(value, pointer);
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new AppError('input/invalid', { errors: [{ pointer, detail: 'The number is too large' }] });
    }
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) throw new AppError('input/too-complex', { detail: `At most ${MAX_DEPTH} levels deep.` });
    for (const [key, member] of Object.entries(value)) {
      keys += 1;
      if (keys > maxKeys) throw new AppError('input/too-complex', { detail: `At most ${maxKeys} members.` });
      const at = `${pointer}${toPointer([key])}`;
      assertCleanText(key, at);
      if (key === '__proto__')
        throw new AppError('input/invalid', { errors: [{ pointer: at, detail: 'Not a usable name' }] });
      stack.push({ value: member, depth: depth + 1, pointer: at });
    }
  }
}

/** NUL and lone surrogates cannot be stored in jsonb. */
export function assertCleanText(text: string, pointer: string): void {
  if (text.includes('\u0000'))
    throw new AppError('input/invalid', { errors: [{ pointer, detail: 'Contains a NUL character' }] });
  if (!text.isWellFormed())
    throw new AppError('input/invalid', { errors: [{ pointer, detail: 'Contains a lone surrogate' }] });
}
