import { createClient } from '@/lib/client';

/** The console's client: same origin, with the session cookie. Only the browser calls it. */
export const api = createClient({ baseUrl: '' });
