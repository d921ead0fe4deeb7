import { z } from 'zod';

/** The console's pages forbid `eval`, and zod's probe for it would be reported as a violation. Evaluated before any schema is made. */
if (typeof document !== 'undefined') z.config({ jitless: true });
