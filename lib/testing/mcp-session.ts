/** Sessions of the official client of the Model Context Protocol, as an agent’s host opens them. */
import {
  type CallToolResult,
  Client,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';

/** The revisions of the protocol: the one without sessions, and those before. */
export const ERAS = ['auto', 'legacy'] as const;
export type Era = (typeof ERAS)[number];

/** A client that is connected. */
export async function openMcp(transport: Transport, era: Era = 'auto'): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: era } });
  await client.connect(transport);
  return client;
}

/** The transport to a server’s `/mcp`, with a key. */
export function mcpOverHttp(baseUrl: string, key: string, headers: Record<string, string> = {}): Transport {
  return new StreamableHTTPClientTransport(new URL(`${baseUrl}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${key}`, ...headers } },
  });
}

/** What a tool said, and its data. A refusal’s data is its problem document. */
export interface Said {
  isError: boolean;
  text: string;
  data: Record<string, unknown>;
}

export function readSaid({ content, structuredContent, isError = false }: CallToolResult): Said {
  const texts = content.map((part) => (part.type === 'text' ? part.text : ''));
  const data = JSON.parse(texts[1] ?? '{}') as Record<string, unknown>;
  if (!isError && JSON.stringify(structuredContent) !== texts[1]) throw new Error('The text is not the data');
  return { isError, text: texts[0] ?? '', data };
}

/** Calls a tool and reads what it said. */
export async function askTool(client: Client, name: string, input: Record<string, unknown> = {}): Promise<Said> {
  return readSaid((await client.callTool({ name, arguments: input })) as CallToolResult);
}
