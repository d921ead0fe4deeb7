export { getCostModels as GET, putCostModels as PUT } from '@/lib/http/handlers/policy';
export {
  notOffered as DELETE,
  notOffered as OPTIONS,
  notOffered as PATCH,
  notOffered as POST,
} from '@/lib/http/not-offered';
