export { openWorkflowSecret } from './seal';
export { deleteSecret, listSecrets, putSecret } from './secrets';
