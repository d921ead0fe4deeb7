import { AppError, isAppError } from '@/lib/domain/errors';

/** What PostgreSQL said, dug out of what Prisma wrapped it in. */
export interface DatabaseFault {
  /** SQLSTATE, where the server answered. */
  sqlState: string | null;
  constraint: string | null;
  message: string;
  /** Where the server was when it gave up, as the driver hands it over; what comes through Prisma has lost it. */
  context?: string;
}

interface Loose {
  code?: unknown;
  where?: unknown;
  message?: unknown;
  constraint?: unknown;
  cause?: unknown;
  meta?: {
    driverAdapterError?: { cause?: Loose & { originalCode?: unknown; originalMessage?: unknown; kind?: unknown } };
  };
}

/** Reads a thrown value as a fault of the database; null when it is something else. */
export function toDatabaseFault(error: unknown): DatabaseFault | null {
  if (typeof error !== 'object' || error === null || isAppError(error)) return null;
  const { code, message, constraint, meta, cause, where } = error as Loose;
  const text = typeof message === 'string' ? message : '';
  if (meta?.driverAdapterError?.cause) {
    const { originalCode, originalMessage, kind } = meta.driverAdapterError.cause;
    const said = typeof originalMessage === 'string' ? originalMessage : text;
    return {
      sqlState: typeof originalCode === 'string' ? originalCode : sqlStateOfKind(kind),
      constraint: constraintIn(said) ?? constraintIn(text),
      message: said,
    };
  }
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^P[12]\d{3}$/.test(code)) {
    return {
      sqlState: code,
      constraint: typeof constraint === 'string' ? constraint : constraintIn(text),
      message: text,
      ...(typeof where === 'string' ? { context: where } : {}),
    };
  }
  if (isConnectionFault(code, text)) return { sqlState: '08000', constraint: null, message: text };
  if (typeof code === 'string' && /^P[12]\d{3}$/.test(code)) return { sqlState: null, constraint: null, message: text };
  return cause !== undefined && cause !== error ? toDatabaseFault(cause) : null;
}

function sqlStateOfKind(kind: unknown): string | null {
  switch (kind) {
    case 'UniqueConstraintViolation':
      return '23505';
    case 'ForeignKeyConstraintViolation':
      return '23503';
    case 'TransactionWriteConflict':
      return '40001';
    case 'DatabaseNotReachable':
    case 'ConnectionClosed':
    case 'SocketTimeout':
    case 'TooManyConnections':
      return '08000';
    default:
      return null;
  }
}

function constraintIn(message: string): string | null {
  return /constraint "([^"]+)"/.exec(message)?.[1] ?? null;
}

/** What node, pg and Prisma say when no server answers: never ours to explain with a 500. */
function isConnectionFault(code: unknown, message: string): boolean {
  if (
    typeof code === 'string' &&
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|P1001|P1002|P1008|P1017|P2024|P2028)$/.test(code)
  ) {
    return true;
  }
  return /timeout exceeded when trying to connect|Connection terminated|server closed the connection|Client has encountered a connection error|Can't reach database/i.test(
    message,
  );
}

/** 40P01 deadlock and 40001 serialization failure: the statement did nothing and may be tried again. */
export function isRetryable(fault: DatabaseFault): boolean {
  return fault.sqlState === '40P01' || fault.sqlState === '40001';
}

/** A statement waited for a lock for as long as it may. */
export function isLockTimeout(error: unknown): boolean {
  return toDatabaseFault(error)?.sqlState === '55P03';
}

/** A twin with the same Idempotency-Key is under way and takes too long: what was waited for is its row, and not what both act on. */
export function toTwinInFlight(error: unknown): AppError {
  return new AppError('idempotency/in-flight', { retryAfterSeconds: 1, cause: error });
}

/**
 * The answer to a fault that passes by itself: lock and statement time-outs, a full disk or pool, a server that is away or starting.
 * A wait for the row of a twin's Idempotency-Key is 409 `idempotency/in-flight`. Null when the fault is of another kind.
 */
export function toUnavailable(error: unknown): AppError | null {
  const fault = toDatabaseFault(error);
  if (fault === null) return null;
  const { sqlState, context } = fault;
  // `while inserting index tuple (0,1) in relation "idempotency_keys_pkey"`: nothing else says which lock it was.
  if (sqlState === '55P03' && context?.includes('idempotency_keys_pkey')) return toTwinInFlight(error);
  const passes =
    sqlState !== null &&
    (/^(08|53|57P|58)/.test(sqlState) || ['55P03', '57014', '40P01', '40001', '25P03'].includes(sqlState));
  return passes ? new AppError('service/unavailable', { retryAfterSeconds: 1, cause: error }) : null;
}

/**
 * The answer to a fault that is nobody's mistake: what passes by itself, and a decision that the database itself found to be too late
 * (the constraint behind the writer's own look at the clock). Null when the fault is ours.
 */
export function toExpected(error: unknown): AppError | null {
  const fault = toDatabaseFault(error);
  if (fault?.constraint === 'approval_requests_decided_in_time')
    return new AppError('request/expired', { cause: error });
  return toUnavailable(error);
}
