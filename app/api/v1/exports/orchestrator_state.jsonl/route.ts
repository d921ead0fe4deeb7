export { exportRunState as GET } from '@/lib/http/handlers/exports';
export {
  notOffered as DELETE,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as POST,
  notOffered as PUT,
} from '@/lib/http/not-offered';
