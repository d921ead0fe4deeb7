export { createKey, type PromisedKey } from './create-key';
export { getKey } from './get-key';
export { assertMayHandOut } from './key-authority';
export { listKeys } from './list-keys';
export { revokeKey } from './revoke-key';
