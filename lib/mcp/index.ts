export { createMcpHttp, type McpHttpOptions } from './http';
export { type McpStdioOptions, serveMcpStdio } from './stdio';
