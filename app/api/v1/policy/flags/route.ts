export { getFlags as GET, putFlags as PUT } from '@/lib/http/handlers/flags';
export {
  notOffered as DELETE,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as POST,
} from '@/lib/http/not-offered';
