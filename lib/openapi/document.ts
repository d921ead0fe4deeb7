import { z } from 'zod';
import { type BodyLimits, type Operation, operations, USUAL_BODY_LIMITS } from '@/lib/contracts';
import { PERMISSIONS } from '@/lib/domain/access';
import { HEADERS, PARAMETERS, SECURITY_SCHEMES } from './components';
import { describeAnswers, describeInput, type JsonObject } from './json-schema';
import { PROBLEM_SCHEMA, problemResponses, problemStatuses } from './problems';
import { describeWebhooks } from './webhooks';

/** The version of the interface, not of a release: the first number is the `v1` of its paths. */
const API_VERSION = '1.0.0';

const TAGS: Record<string, string> = {
  Policy: 'What policy answers, and what it is configured to answer',
  Requests: 'Asking, reading and deciding',
  Runs: 'What runs execute, and the runs themselves',
  Tasks: 'What somebody’s own workers do in runs',
  Events: 'Everything that happened, and the proof of it',
  Exports: 'Streamed, of any size',
  Insights: 'The numbers behind the charts',
  People: 'Tenants, members and API keys',
  Webhooks: 'Endpoints and deliveries',
  Operations: 'For those who run it',
};

const DESCRIPTION = `Software that wants to act asks first: may I? A policy answers *allow*, *deny* or *require approval at level N*; \
where a person must decide, the request waits until somebody with enough authority, who is not the requester, decides.

JSON in snake_case, RFC 3339 times in UTC, money in integer cents. Errors are problem details (RFC 9457). Unknown fields are refused. \
Every answer carries \`X-Request-Id\`; one that is sent is kept, and so is a W3C \`traceparent\`.`;

/** Answers of success beside the usual one. */
const OTHER_ANSWERS: Record<string, Record<string, string>> = {
  createRequest: { '200': 'The first request with this correlation id: it had been asked before' },
  getReadiness: { '503': 'It cannot serve' },
};

/** Who may call what is not said by a permission. */
const OTHER_SECURITY: Record<string, JsonObject[]> = { getMetrics: [{ metricsToken: [] }] };

let built: JsonObject | undefined;

/** The OpenAPI 3.1 document of the whole HTTP surface, made from the contracts; the same object on every call. */
export function buildOpenapi(): JsonObject {
  built ??= build();
  return built;
}

function build(): JsonObject {
  const all: Operation[] = Object.values(operations);
  const withJson = all.filter((operation) => operation.status !== 204 && (operation.responseKind ?? 'json') === 'json');
  const { named, answers } = describeAnswers(
    Object.fromEntries(withJson.map((operation) => [operation.id, operation.response])),
  );
  const withBody = all.filter((operation) => operation.body !== undefined);
  const bodies = withBody.map(
    (operation) => [bodyName(operation), describeInput(operation.bodyShape ?? operation.body ?? z.never())] as const,
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version: API_VERSION,
      summary: 'Software asks, policy answers, people decide, history proves it.',
      description: DESCRIPTION,
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{ apiKey: [] }, { session: [] }],
    paths: describePaths(all, answers),
    webhooks: describeWebhooks(),
    components: {
      schemas: { ...named, ...Object.fromEntries(bodies), Problem: PROBLEM_SCHEMA },
      responses: problemResponses(),
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function describePaths(all: readonly Operation[], answers: Record<string, JsonObject>): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const operation of all) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describeOperation(operation, answers[operation.id]),
    };
  }
  return paths;
}

/** How large the body may be, where that is not what it is everywhere. */
function describeLimits({ bodyLimits, bodyKind }: Operation): string | null {
  if (bodyLimits === undefined) return null;
  const size = ({ bytes, keys }: BodyLimits) => `${bytes / 1024} KiB and ${keys.toLocaleString('en')} members`;
  const yaml = bodyKind === 'yaml' ? `, as YAML ${USUAL_BODY_LIMITS.bytes / 1024} KiB` : '';
  return `The body may have ${size(bodyLimits)}${yaml}, instead of the usual ${size(USUAL_BODY_LIMITS)}.`;
}

function describeOperation(operation: Operation, answer: JsonObject | undefined): JsonObject {
  const { id, access, body, description, example, summary, tag } = operation;
  const permission =
    access === 'public' || access === 'authenticated' ? null : `Permission \`${access}\`: ${PERMISSIONS[access]}.`;
  const text = [description, describeLimits(operation), permission].filter((part) => part != null).join('\n\n');
  const security = OTHER_SECURITY[id] ?? (access === 'public' ? [] : undefined);
  const parameters = describeParameters(operation);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(text === '' ? {} : { description: text }),
    ...(permission === null ? {} : { 'x-permission': access }),
    ...(security === undefined ? {} : { security }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: Object.fromEntries(
              (operation.bodyKind === 'yaml' ? ['application/yaml', 'application/json'] : ['application/json']).map(
                (type) => [
                  type,
                  {
                    schema: { $ref: `#/components/schemas/${bodyName(operation)}` },
                    ...(example === undefined ? {} : { example: example as JsonObject }),
                  },
                ],
              ),
            ),
          },
        }),
    responses: describeResponses(operation, answer),
  };
}

/** `CreateRequestBody`, `PutLevelsBody`. */
function bodyName({ id }: Operation): string {
  return `${id.charAt(0).toUpperCase()}${id.slice(1)}Body`;
}

function describeParameters(operation: Operation): JsonObject[] {
  const { idempotent, ifMatch, id, params, query, responseKind } = operation;
  const headers = [
    idempotent === true ? 'IdempotencyKey' : null,
    ifMatch === 'optional' ? 'IfMatch' : null,
    ifMatch === 'required' ? 'RequiredIfMatch' : null,
    id === 'getRequest' ? 'Prefer' : null,
    responseKind === 'event-stream' ? 'LastEventId' : null,
  ].filter((name) => name !== null);
  return [
    ...membersOf(params, 'path'),
    ...membersOf(query, 'query'),
    ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ];
}

function membersOf(schema: z.ZodType | undefined, where: 'path' | 'query'): JsonObject[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = describeInput(schema) as {
    properties?: Record<string, JsonObject>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...member }]) => ({
    name,
    in: where,
    ...(where === 'path' || required.includes(name) ? { required: true } : {}),
    ...(description === undefined ? {} : { description }),
    schema: member,
  }));
}

const MEDIA_TYPES = {
  json: 'application/json',
  csv: 'text/csv',
  yaml: 'application/yaml',
  'event-stream': 'text/event-stream',
  text: 'text/plain',
} as const satisfies Record<NonNullable<Operation['responseKind']>, string>;

function describeLocation(location: string): JsonObject {
  return { description: `Where it can be read: \`${location}\``, schema: { type: 'string' } };
}

function describeResponses(operation: Operation, answer: JsonObject | undefined): JsonObject {
  const { id, ifMatch, idempotent, location, path, responseKind = 'json', status = 200, summary } = operation;
  const tagged =
    operation.tagged === true ||
    path.startsWith('/api/v1/policy/requests/{id}') ||
    id === 'createRequest' ||
    /\/(levels|flags|config)$/.test(path);
  const headers: JsonObject = {
    'X-Request-Id': { $ref: '#/components/headers/RequestId' },
    ...(location === undefined ? {} : { Location: describeLocation(location) }),
    ...(ifMatch !== undefined || (tagged && !path.endsWith('/eligible-approvers'))
      ? { ETag: { $ref: '#/components/headers/ETag' } }
      : {}),
    ...(idempotent === true ? { 'Idempotent-Replayed': { $ref: '#/components/headers/IdempotentReplayed' } } : {}),
  };
  const content = {
    [MEDIA_TYPES[responseKind]]: { schema: responseKind === 'json' ? (answer ?? {}) : { type: 'string' } },
    ...(operation.alsoYaml === true ? { [MEDIA_TYPES.yaml]: { schema: { type: 'string' } } } : {}),
  };
  const success = (description: string) => ({ description, headers, ...(status === 204 ? {} : { content }) });
  const others = Object.entries(OTHER_ANSWERS[id] ?? {}).map(([code, text]) => [code, success(text)] as const);
  const problems = problemStatuses(operation).map(
    (code) => [String(code), { $ref: `#/components/responses/Problem${code}` }] as const,
  );
  return {
    [String(status)]: success(status === 204 ? 'Done' : summary),
    ...Object.fromEntries(problems),
    ...Object.fromEntries(others),
    default: { $ref: '#/components/responses/Problem500' },
  };
}
