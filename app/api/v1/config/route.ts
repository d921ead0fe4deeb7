export { getConfig as GET, putConfig as PUT } from '@/lib/http/handlers/config';
export {
  notOffered as DELETE,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as POST,
} from '@/lib/http/not-offered';
