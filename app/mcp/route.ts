export {
  mcp as DELETE,
  mcp as GET,
  mcp as OPTIONS,
  mcp as PATCH,
  mcp as POST,
  mcp as PUT,
} from '@/lib/http/mcp';
