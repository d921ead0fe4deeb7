/** How a task names the work of somebody's own worker. */
export const EXTERNAL_REF = /^external:[a-z0-9._-]{1,63}$/;
