/** How a secret is named where a task refers to it. */
export const SECRET_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** A host that a secret may go to: a name, `*.name` for all below it, with a port where it is not the usual one of https or http. */
export const ALLOWED_HOST =
  /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(:[0-9]{1,5})?$|^\[[0-9a-f:.]+\](:[0-9]{1,5})?$/;

/** Whether a secret that names these hosts may be sent to a URL. */
export function mayGoTo(allowed: readonly string[], { host }: { host: string }): boolean {
  return allowed.some((entry) =>
    entry.startsWith('*.') ? host.endsWith(entry.slice(1)) && host.length >= entry.length : host === entry,
  );
}
