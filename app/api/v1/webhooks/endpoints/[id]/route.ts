export { deleteEndpoint as DELETE, updateEndpoint as PATCH } from '@/lib/http/handlers/webhooks';
export {
  notOffered as GET,
  notOffered as HEAD,
  notOffered as OPTIONS,
  notOffered as POST,
  notOffered as PUT,
} from '@/lib/http/not-offered';
