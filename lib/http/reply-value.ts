const REPLY = Symbol.for('countersign.reply');

/** An answer that says more than its data. */
export interface Reply<T> {
  data: T;
  status?: number;
  headers?: Record<string, string>;
}

/** Marks an answer that sets its own status or headers. */
export function reply<T>(data: T, options: { status?: number; headers?: Record<string, string> }): Reply<T> {
  return { data, ...options, [REPLY]: true } as Reply<T>;
}

export function isReply(value: unknown): value is Reply<unknown> {
  return typeof value === 'object' && value !== null && REPLY in value;
}
