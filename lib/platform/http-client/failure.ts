/** What a failed connection is called in a delivery's log. */
const FAILURES: Record<string, string> = {
  ECONNREFUSED: 'Connection refused',
  ECONNRESET: 'Connection reset',
  EPIPE: 'Connection reset',
  UND_ERR_SOCKET: 'Connection closed before an answer came',
  UND_ERR_CONNECT_TIMEOUT: 'No connection within the time limit',
  ETIMEDOUT: 'No connection within the time limit',
  ENOTFOUND: 'The name does not resolve',
  EAI_AGAIN: 'The name could not be looked up',
  EHOSTUNREACH: 'The host is unreachable',
  ENETUNREACH: 'The network is unreachable',
  UND_ERR_HEADERS_OVERFLOW: 'The answer’s headers are too large',
  UND_ERR_ABORTED: 'Given up because the worker stops',
  ABORT_ERR: 'Given up because the worker stops',
};

interface Fault {
  name?: unknown;
  code?: unknown;
  message?: unknown;
  errors?: unknown;
}

/** One line about why a request got no answer, for the person who reads the log; never the whole of what was thrown. */
export function describeFailure(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'The request failed';
  const { name, code, message, errors } = error as Fault;
  // Several addresses were tried; the first one's failure stands for all.
  if (Array.isArray(errors) && errors.length > 0) return describeFailure(errors[0]);
  const said = typeof message === 'string' ? message : '';
  if (code === 'ADDRESS_REFUSED') return said;
  if (typeof code === 'string' && FAILURES[code] !== undefined) return FAILURES[code];
  if (name === 'AbortError') return FAILURES.ABORT_ERR ?? '';
  if (typeof code === 'string' && /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) {
    return `The TLS connection failed (${code})`;
  }
  if (typeof code === 'string' && code.startsWith('HPE_')) return 'The answer is not HTTP';
  return typeof code === 'string' ? `The request failed (${code})` : 'The request failed';
}
