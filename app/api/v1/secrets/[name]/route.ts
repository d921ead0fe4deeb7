export { deleteSecret as DELETE, putSecret as PUT } from '@/lib/http/handlers/secrets';
export {
  notOffered as GET,
  notOffered as HEAD,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as POST,
} from '@/lib/http/not-offered';
