export { heartbeatTask as POST } from '@/lib/http/handlers/tasks';
export {
  notOffered as DELETE,
  notOffered as GET,
  notOffered as HEAD,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as PUT,
} from '@/lib/http/not-offered';
