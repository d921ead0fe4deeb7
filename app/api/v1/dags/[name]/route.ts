export { getDag as GET, putDag as PUT } from '@/lib/http/handlers/dags';
export {
  notOffered as DELETE,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as POST,
} from '@/lib/http/not-offered';
