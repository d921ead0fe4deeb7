import { operations } from '@/lib/contracts';
import { listSecrets as list, putSecret as put, deleteSecret as remove } from '@/lib/services/secrets';
import { route } from '../route';

export const listSecrets = route(operations.listSecrets, ({ actor }) => list(actor));
export const putSecret = route(operations.putSecret, ({ actor, params, body }) => put(actor, params.name, body));
export const deleteSecret = route(operations.deleteSecret, ({ actor, params }) => remove(actor, params.name));
