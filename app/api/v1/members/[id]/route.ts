export { removeMember as DELETE, updateMember as PATCH } from '@/lib/http/handlers/members';
export {
  notOffered as GET,
  notOffered as HEAD,
  notOffered as OPTIONS,
  notOffered as POST,
  notOffered as PUT,
} from '@/lib/http/not-offered';
