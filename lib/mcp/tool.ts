import type { ToolAnnotations } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import type { Client } from '@/lib/client';
import type { MeResource } from '@/lib/contracts';

/** What the tools work on: the API, as the caller's key. */
export interface Backend {
  client: Client;
  /**
   * Whether the API is reached over a network, where a connection can be lost and a server restarted: what is safe to repeat is
   * repeated then. Where the tools run inside the server there is nothing to lose, and what ends early ends because the server stops.
   */
  remote: boolean;
}

/** How far a wait has come, in seconds, and what it waits for. */
export interface Progress {
  progress: number;
  total: number;
  message: string;
}

export interface ToolCall<Input> {
  input: Input;
  backend: Backend;
  /** Aborted when the caller cancels or is gone. */
  signal: AbortSignal;
  /** Tells a caller who asked to be told. */
  report: (progress: Progress) => Promise<void>;
}

/** What a tool answers with: a sentence or two for whoever acts on it, and the same as data. */
export interface ToolAnswer<Data> {
  said: string;
  data: Data;
}

/** One tool. `offered` decides whether it is listed for a key; whether a call is allowed is the API's to say, listed or not. */
export interface Tool<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  name: string;
  title: string;
  description: string;
  input: Input;
  output: Output;
  annotations: ToolAnnotations;
  offered: (me: MeResource) => boolean;
  run: (call: ToolCall<z.output<Input>>) => Promise<ToolAnswer<z.output<Output>>>;
}

/** Types a tool by its schemas, and forgets them for the table. */
export function defineTool<Input extends z.ZodType, Output extends z.ZodType>(tool: Tool<Input, Output>): Tool {
  return tool as unknown as Tool;
}
