export { createKey } from './create-key';
export { getKey } from './get-key';
export { listKeys } from './list-keys';
export { revokeKey } from './revoke-key';
