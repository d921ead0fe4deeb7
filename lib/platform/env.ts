import { z } from 'zod';

const flag = z.enum(['true', 'false', '1', '0']).transform((value) => value === 'true' || value === '1');

/** Every setting, once. A missing or malformed one stops the process with its name, never with its value. */
const Environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  DATABASE_URL: z.string().min(1),
  DATABASE_APP_URL: z.string().min(1).optional(),
  DATABASE_HOT_URL: z.string().min(1).optional(),
  DATABASE_LISTEN_URL: z.string().min(1).optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(500).default(20),
  NEXTAUTH_URL: z.url().default('http://localhost:3000'),
  NEXTAUTH_SECRET: z.string().min(16),
  TRUSTED_ORIGINS: z.string().default(''),
  TRUSTED_PROXY_CIDRS: z.string().default(''),
  SECRETS_KEY: z.string().min(16),
  APPROVAL_EXPIRES_H: z.coerce.number().positive().max(8760).default(72),
  APPROVER_RBAC_ROLE: z
    .string()
    .default('Operator')
    .transform((role) => role.toLowerCase())
    .pipe(z.enum(['operator', 'admin', 'owner'])),
  SCHED_TICK_MS: z.coerce.number().int().min(50).max(60_000).default(1000),
  WEBHOOK_ALLOW_CIDRS: z.string().default(''),
  RATE_LIMIT_ENABLED: flag.default(true),
  METRICS_TOKEN: z.string().min(8).optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  ARCHIVE_PATH: z.string().min(1).optional(),
  ARCHIVE_AFTER_DAYS: z.coerce.number().int().min(1).max(36_500).default(90),
  COUNTERSIGN_OWNER_EMAIL: z.email().optional(),
  COUNTERSIGN_OWNER_PASSWORD: z.string().min(12).optional(),
  COUNTERSIGN_BOOTSTRAP_KEY: z.string().optional(),
  COUNTERSIGN_TENANT: z.string().default('default'),
  COUNTERSIGN_CONFIG_FILE: z.string().min(1).optional(),
  COUNTERSIGN_ENVIRONMENT: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/)
    .default('production'),
});
export type Env = z.output<typeof Environment>;

let cached: Env | undefined;

/**
 * The settings of this process, read on first use so that a build needs none.
 * @throws Error naming the settings that are missing or malformed; never their values.
 */
export function env(): Env {
  if (cached === undefined) {
    const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
    const parsed = Environment.safeParse(given);
    if (!parsed.success) {
      const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      throw new Error(`Settings of the environment are missing or malformed: ${faults.join('; ')}`);
    }
    cached = parsed.data;
  }
  return cached;
}

/** Forgets what was read; for tests that change settings. */
export function resetEnv(): void {
  cached = undefined;
}

/** The log level, which must be known before the other settings are: their faults are logged too. */
export function logLevel(): string {
  return process.env.LOG_LEVEL ?? (process.env.NODE_ENV === 'test' ? 'silent' : 'info');
}

/** Where the command line finds a server, and the key it shows there. Nothing else is needed to talk to one. */
export function commandLineEnv(): { url: string | null; token: string | null } {
  const { COUNTERSIGN_URL, COUNTERSIGN_TOKEN, COUNTERSIGN_BOOTSTRAP_KEY } = process.env;
  return { url: COUNTERSIGN_URL || null, token: COUNTERSIGN_TOKEN || COUNTERSIGN_BOOTSTRAP_KEY || null };
}

/**
 * Asks for this many threads for what blocks (looking up names, reading files) where nothing else is said. To be called before the first
 * of them is used.
 */
export function widenThreadPool(threads: number): void {
  process.env.UV_THREADPOOL_SIZE ??= String(threads);
}

/**
 * Lets this process, and its children, work with other settings than it was started with: for a tool that works in a database of its own.
 * To be called before anything has used them. An empty text unsets. Returns how to go back.
 */
export function overrideEnv(over: Record<string, string>): () => void {
  const before = Object.fromEntries(Object.keys(over).map((name) => [name, process.env[name] ?? '']));
  Object.assign(process.env, over);
  cached = undefined;
  return () => void overrideEnv(before);
}

/** Settings for `overrideEnv` where one address stands for the whole database: there is no pooler, and everybody takes their role. */
export const ON_ONE_DATABASE = { DATABASE_APP_URL: '', DATABASE_HOT_URL: '', DATABASE_LISTEN_URL: '' };

/** The environment for a child process: this one's, and what the child is told beside it. */
export function childEnv(beside: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...beside };
}

/** What the command line is told by its terminal and by who calls it. */
export interface TerminalEnv {
  url: string | null;
  token: string | null;
  /** A role that the server is asked to go down to. */
  role: string | null;
  /** Where settings of programs live (XDG Base Directory Specification). */
  configHome: string;
  wantsColor: boolean;
  /** Where the files of runs are written, by their names in the seed. */
  surfaces: Record<'checkpoints.jsonl' | 'orchestrator_state.jsonl' | 'orchestrator_events.jsonl', string>;
}

/** The settings of `countersign`: unlike those of the processes, none is needed. */
export function terminalEnv(): TerminalEnv {
  const { COUNTERSIGN_URL, COUNTERSIGN_TOKEN, USER_RBAC_ROLE, XDG_CONFIG_HOME, HOME, USERPROFILE, NO_COLOR, TERM } =
    process.env;
  const { CHECKPOINTS_PATH, STATE_STORE_PATH, ORCH_EVENTS_PATH } = process.env;
  return {
    url: COUNTERSIGN_URL || null,
    token: COUNTERSIGN_TOKEN || null,
    role: USER_RBAC_ROLE || null,
    configHome: XDG_CONFIG_HOME || `${HOME || USERPROFILE || '.'}/.config`,
    // https://no-color.org
    wantsColor: !NO_COLOR && TERM !== 'dumb',
    surfaces: {
      'checkpoints.jsonl': CHECKPOINTS_PATH || 'logs/checkpoints.jsonl',
      'orchestrator_state.jsonl': STATE_STORE_PATH || 'logs/orchestrator_state.jsonl',
      'orchestrator_events.jsonl': ORCH_EVENTS_PATH || 'logs/orchestrator_events.jsonl',
    },
  };
}
