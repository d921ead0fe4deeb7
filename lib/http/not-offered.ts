import { api } from './api';

/**
 * What a route file exports for the methods that its path does not answer, so that the Next door says what the direct one says: 405
 * with `Allow`, and 204 to OPTIONS.
 */
export const notOffered = (request: Request): Promise<Response> => api(request);
