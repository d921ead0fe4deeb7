export { getRecording as GET, putRecording as PUT } from '@/lib/http/handlers/policy-records';
export {
  notOffered as DELETE,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as POST,
} from '@/lib/http/not-offered';
