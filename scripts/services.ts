import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { explained, ROOT } from './layout.ts';
import { markOf, type ProcessMark, signalProcess } from './processes.ts';

export interface ServiceOptions {
  name: string;
  /** Arguments to Node: the program and its own. */
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Called whenever there is a new process. */
  onSpawn: () => void;
  /** False for a program of somebody else's, which does not know of the channel. */
  saysReady?: boolean;
}

export interface Service {
  /** Resolves when the service has said that it is ready; rejects when it has failed too often without ever being so. */
  ready: Promise<void>;
  mark: () => ProcessMark | null;
  /** Replaces the process by a new one, also after it has been given up. */
  restart: () => void;
  /** Ends the process, politely first, and for good. */
  stop: () => Promise<void>;
}

/** What a service may take to finish what it is doing (it promises 10 s). */
const STOP_PATIENCE_MS = 11_000;
const READY_PATIENCE_MS = 60_000;
const ATTEMPTS_TO_GET_READY = 3;
const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
/** After that long without a crash, the next one is treated like the first. */
const FORGET_AFTER_MS = 60_000;

/**
 * Keeps one program running: starts it, starts it again when it ends (sooner at first, then more slowly), and ends it.
 * The program has a channel to this process, says `{ type: 'ready' }` on it, and ends by itself when it breaks.
 */
export function keepRunning({ name, args, env, onSpawn, saysReady = true }: ServiceOptions): Service {
  const { promise: ready, resolve: nowReady, reject: giveUp } = Promise.withResolvers<void>();
  let child: ChildProcess | null = null;
  let crashes = 0;
  let wasReady = false;
  let stopping = false;
  let replacing = false;
  // Whoever does not wait for it still learns of it from what is printed.
  ready.catch(() => {});

  const start = (): void => {
    const began = Date.now();
    replacing = false;
    // A process group of its own: Ctrl-C reaches this process only, which then ends the others in order.
    const current = spawn(process.execPath, args, {
      cwd: ROOT,
      env,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = current;
    const onReady = () => {
      clearTimeout(tooSlow);
      wasReady = true;
      nowReady();
    };
    const tooSlow = setTimeout(() => {
      console.error(`${name} did not get ready within ${READY_PATIENCE_MS / 1000} s.`);
      current.kill('SIGKILL');
    }, READY_PATIENCE_MS);
    if (saysReady) current.on('message', (message) => isReady(message) && onReady());
    else onReady();
    current.once('error', (error) => console.error(`${name} could not be started:`, error));
    current.once('close', (code, signal) => {
      clearTimeout(tooSlow);
      child = null;
      if (stopping) return;
      if (replacing) start();
      else void startAgain(signal ?? `code ${code}`, Date.now() - began);
    });
    onSpawn();
  };

  const startAgain = async (reason: string, livedMs: number): Promise<void> => {
    crashes = livedMs > FORGET_AFTER_MS ? 1 : crashes + 1;
    if (!wasReady && crashes >= ATTEMPTS_TO_GET_READY) {
      console.error(`${name} ended unexpectedly (${reason}).`);
      giveUp(
        explained(
          `${name} cannot run: it ended ${crashes} times (${reason}) before it was ready.`,
          'Its own words are above.',
        ),
      );
      return;
    }
    const pauseMs = BACKOFF_MS[Math.min(crashes, BACKOFF_MS.length) - 1] ?? 0;
    console.error(`${name} ended unexpectedly (${reason}); starting it again in ${pauseMs / 1000} s.`);
    await sleep(pauseMs);
    if (!stopping) start();
  };

  start();
  return {
    ready,
    mark: () => (child?.pid ? markOf(child.pid) : null),
    restart: () => {
      replacing = true;
      if (child) child.kill('SIGTERM');
      else start();
    },
    stop: async () => {
      stopping = true;
      const last = child;
      if (!last?.pid) return;
      const gone = new Promise((resolve) => last.once('close', resolve));
      const pid = last.pid;
      signalProcess(pid, 'SIGTERM');
      const kill = setTimeout(() => signalProcess(pid, 'SIGKILL'), STOP_PATIENCE_MS);
      await gone;
      clearTimeout(kill);
    },
  };
}

function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}
