export { createMcpHttp, type McpHttpOptions } from './http';
