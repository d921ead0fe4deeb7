import pino, { type Logger } from 'pino';
import { logLevel } from './env';
import { perProcess } from './process-wide';

/** Members that never reach a log, however they got into an object. */
const SECRET_PATHS = ['authorization', 'cookie', 'password', 'secret', 'webhook_secret', 'key', 'token'];

/** The process's logger: JSON lines on standard output. Secrets in objects are removed by name, one level deep too. */
export function logger(): Logger {
  return perProcess('logger', () =>
    pino({
      level: logLevel(),
      redact: { paths: SECRET_PATHS.flatMap((name) => [name, `*.${name}`]), remove: true },
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
    }),
  );
}
