export { createKey as POST, listKeys as GET } from '@/lib/http/handlers/keys';
export {
  notOffered as DELETE,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as PUT,
} from '@/lib/http/not-offered';
