export { type ApiKeyText, apiKeyId, newApiKey } from './api-key';
export { equalInConstantTime, hmacHex, sha256Hex } from './hash';
export { newId } from './ids';
export { seal, unseal } from './seal';
export { bodySignature, isWebhookSecret, newWebhookSecret, standardSignature } from './webhook-signature';
