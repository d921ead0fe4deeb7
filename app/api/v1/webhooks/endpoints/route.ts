export { createEndpoint as POST, listEndpoints as GET } from '@/lib/http/handlers/webhooks';
export {
  notOffered as DELETE,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as PUT,
} from '@/lib/http/not-offered';
