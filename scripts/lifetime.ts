import { constants } from 'node:os';

export interface Lifetime {
  /** Aborted as soon as this process has been asked to end. */
  signal: AbortSignal;
  /** Runs one step to its end, even if asked to end meanwhile, but goes no further then. `undo` is what undoes it. */
  step: <T>(work: () => Promise<T>, undo?: (result: T) => Promise<void> | void) => Promise<T>;
  /** What has to be undone before this process ends; the last thing first. */
  onEnd: (undo: () => Promise<void> | void) => void;
}

/** A second signal within this time is the same one: npm passes Ctrl-C on to a process that the terminal has sent it to. */
const SAME_SIGNAL_MS = 1_500;
const WATCH_PARENT_MS = 1_000;

/**
 * Does `work` and then waits to be asked to end: by Ctrl-C, SIGTERM or SIGHUP, by the channel to the process that started this
 * one breaking, or by npm, having started it, being gone. Then, or when `work` fails, undoes what was done, in order. Asked a
 * second time, it ends at once.
 */
export async function live(work: (life: Lifetime) => Promise<void>): Promise<void> {
  const undos: (() => Promise<void> | void)[] = [];
  const asked = new AbortController();
  const ending = whenAskedToEnd(asked);
  const undoAll = async (): Promise<void> => {
    for (let undo = undos.pop(); undo; undo = undos.pop()) {
      try {
        await undo();
      } catch (error) {
        console.error(error);
      }
    }
  };
  try {
    await work({
      signal: asked.signal,
      step: async (stepOfWork, undo) => {
        asked.signal.throwIfAborted();
        const result = await stepOfWork();
        if (undo) undos.push(() => undo(result));
        asked.signal.throwIfAborted();
        return result;
      },
      onEnd: (undo) => undos.push(undo),
    });
    await ending;
  } catch (error) {
    if (!asked.signal.aborted) {
      await undoAll();
      throw error;
    }
  }
  await undoAll();
  process.exit(await ending);
}

/** Resolves to the exit code that the way of asking calls for. */
function whenAskedToEnd(asked: AbortController): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  let askedAt = 0;
  const ask = (exitCode: number): void => {
    if (askedAt > 0 && Date.now() - askedAt > SAME_SIGNAL_MS) process.exit(exitCode);
    askedAt ||= Date.now();
    asked.abort();
    resolve(exitCode);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => ask(128 + constants.signals[name]));
  process.once('disconnect', () => ask(1));
  process.channel?.unref();
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && ask(1), WATCH_PARENT_MS).unref();
  // A terminal that was closed takes our output with it; there is nobody left to tell.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return promise;
}
