export { getPrecedents as GET } from '@/lib/http/handlers/requests';
export {
  notOffered as DELETE,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as POST,
  notOffered as PUT,
} from '@/lib/http/not-offered';
