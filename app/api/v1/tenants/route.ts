export { createTenant as POST, listTenants as GET } from '@/lib/http/handlers/tenants';
export {
  notOffered as DELETE,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as PUT,
} from '@/lib/http/not-offered';
