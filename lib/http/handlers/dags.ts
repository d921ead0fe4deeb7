import { operations } from '@/lib/contracts';
import {
  getDag as get,
  lintDag as lint,
  listDags as list,
  listDagVersions as listVersions,
  putDag as put,
} from '@/lib/services/dags';
import { prefersYaml } from '../prefers-yaml';
import { reply, toYamlResponse } from '../reply';
import { route } from '../route';

export const listDags = route(operations.listDags, ({ actor, query }) => list(actor, query));
export const getDag = route(operations.getDag, async ({ actor, params, query, request }) => {
  const { resource, etag } = await get(actor, params.name, query.version);
  return prefersYaml(request) ? toYamlResponse(resource.yaml, { etag }) : reply(resource, { headers: { etag } });
});
export const putDag = route(operations.putDag, async ({ actor, params, body, source, call }) => {
  const { resource, etag } = await put(actor, params.name, { sent: body, source }, call);
  return reply(resource, { headers: { etag } });
});
export const listDagVersions = route(operations.listDagVersions, ({ actor, params, query }) =>
  listVersions(actor, params.name, query),
);
export const lintDag = route(operations.lintDag, ({ actor, body }) => lint(actor, body));
