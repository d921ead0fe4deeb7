export { createMember as POST, listMembers as GET } from '@/lib/http/handlers/members';
export {
  notOffered as DELETE,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as PUT,
} from '@/lib/http/not-offered';
