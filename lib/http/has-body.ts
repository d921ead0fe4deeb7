/**
 * Whether a call brings a body. Servers hand out a stream for every POST or DELETE, also an empty one, so what counts is how the message
 * is framed (RFC 9112 §6.3), or, where that is not told (a `Request` made in the process), that it says what the body is.
 */
export function hasBody(request: Request): boolean {
  if (request.body === null) return false;
  const length = request.headers.get('content-length');
  if (length !== null) return length !== '0';
  return request.headers.has('transfer-encoding') || request.headers.has('content-type');
}
