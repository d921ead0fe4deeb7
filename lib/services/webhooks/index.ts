export { sealInlineWebhook } from './secret';
