export { lintDag as POST } from '@/lib/http/handlers/dags';
export {
  notOffered as DELETE,
  notOffered as GET,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as PUT,
} from '@/lib/http/not-offered';
