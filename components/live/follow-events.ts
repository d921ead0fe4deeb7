import { StreamedEvent } from '@/lib/contracts';
import { APPROVAL_EVENT_TYPES } from '@/lib/domain/approval';

/** How the console learns of changes: from the stream, or by asking every few seconds while there is none. */
export type LiveState = 'connecting' | 'live' | 'polling';

/** As much of `EventSource` as is used here. */
export interface EventStream {
  readonly readyState: number;
  addEventListener: (type: string, listener: (message: MessageEvent<string>) => void) => void;
  close: () => void;
}

export interface FollowOptions {
  open: () => EventStream;
  onState: (state: LiveState) => void;
  /** The stream has opened, or opened again: what happened in between has to be read. */
  onOpen: () => void;
  onEvent: (event: StreamedEvent) => void;
}

const CLOSED = 2;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Follows the stream until the returned function is called. The browser itself resumes a stream that breaks (`Last-Event-ID`); one that
 * it gives up, because the server refused it, is opened anew after a pause that doubles.
 */
export function followEvents({ open, onState, onOpen, onEvent }: FollowOptions): () => void {
  let stream: EventStream | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = FIRST_PAUSE_MS;

  const start = () => {
    const current = open();
    stream = current;
    current.addEventListener('open', () => {
      pauseMs = FIRST_PAUSE_MS;
      onState('live');
      onOpen();
    });
    current.addEventListener('error', () => {
      onState('polling');
      if (current.readyState !== CLOSED) return;
      timer = setTimeout(start, pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    });
    for (const type of APPROVAL_EVENT_TYPES) {
      current.addEventListener(type, (message) => {
        const event = readEvent(message.data);
        // Something that cannot be read has happened all the same.
        if (event === null) onOpen();
        else onEvent(event);
      });
    }
  };

  start();
  return () => {
    clearTimeout(timer);
    stream?.close();
  };
}

function readEvent(data: string): StreamedEvent | null {
  try {
    return StreamedEvent.safeParse(JSON.parse(data)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
