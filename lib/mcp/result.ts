import type { CallToolResult } from '@modelcontextprotocol/server';
import { ApiProblem } from '@/lib/client';
import { PROBLEMS } from '@/lib/domain/errors';
import type { ToolAnswer } from './tool';

/** A tool's answer as the protocol says it: the sentence, then the data as text for clients that do not read it as data. */
export function toResult({ said, data }: ToolAnswer<unknown>): CallToolResult {
  return {
    content: [
      { type: 'text', text: said },
      { type: 'text', text: JSON.stringify(data) },
    ],
    structuredContent: data as Record<string, unknown>,
  };
}

/**
 * A refusal is an answer of the tool, which the model reads and can act on, not a failure of the protocol. The problem document travels
 * as text: as structured content it would be held against the schema of success by clients of the 2025 revisions.
 */
export function toRefusal(problem: ApiProblem): CallToolResult {
  const { code, status, title, detail, errors } = problem;
  const faults = errors.map((fault) => ` ${fault.pointer || '/'}: ${fault.detail}.`).join('');
  const document = { type: `/problems/${code}`, ...problem.members, code, status, title };
  return {
    isError: true,
    content: [
      { type: 'text', text: `${title}.${detail === null || detail === title ? '' : ` ${detail}`}${faults}` },
      { type: 'text', text: JSON.stringify({ ...document, ...(errors.length === 0 ? {} : { errors }) }) },
    ],
  };
}

/** Arguments that a tool's schema refuses, as the API would say it. */
export function invalidInput(errors: ApiProblem['errors']): ApiProblem {
  const code = 'input/invalid';
  return new ApiProblem({ ...PROBLEMS[code], code, errors: [...errors] });
}
