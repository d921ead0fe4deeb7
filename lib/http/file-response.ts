import { logger } from '@/lib/platform/logger';

const MEDIA_TYPES = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/jsonl',
} as const;

/**
 * Streams text as a file to keep; what its name ends with says what it is. The first piece is read before anything is sent, so that a fault
 * becomes a problem document; a later one breaks the connection, because half a file must not look like a whole one. The client's pace is
 * the reader's pace.
 */
export async function fileResponse(
  pieces: AsyncGenerator<string, void>,
  fileName: `${string}.${keyof typeof MEDIA_TYPES}`,
  headers: Record<string, string> = {},
): Promise<Response> {
  const encoder = new TextEncoder();
  const first = await pieces.next();
  let waiting: IteratorResult<string, void> | null = first;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = waiting ?? (await pieces.next());
        waiting = null;
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        logger().error({ err: error, file: fileName }, 'an export broke off');
        throw error;
      }
    },
    async cancel() {
      await pieces.return();
    },
  });
  return new Response(body, {
    headers: {
      ...headers,
      'content-type': MEDIA_TYPES[fileName.endsWith('.jsonl') ? 'jsonl' : 'csv'],
      'content-disposition': `attachment; filename="${fileName.replace(/[^A-Za-z0-9._-]/g, '_')}"`,
      'cache-control': 'no-store',
    },
  });
}
