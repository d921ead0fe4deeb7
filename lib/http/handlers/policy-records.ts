import { operations } from '@/lib/contracts';
import {
  getEvaluation as get,
  getRecording as getKept,
  listEvaluations as list,
  putRecording as putKept,
  type VersionedRecording,
} from '@/lib/services/policy';
import { reply } from '../reply';
import { route } from '../route';

const withTag = ({ resource, etag }: VersionedRecording) => reply(resource, { headers: { etag } });

export const listEvaluations = route(operations.listEvaluations, ({ actor, query }) => list(actor, query));
export const getEvaluation = route(operations.getEvaluation, ({ actor, params }) => get(actor, params.id));
export const getRecording = route(operations.getRecording, async ({ actor }) => withTag(await getKept(actor)));
export const putRecording = route(operations.putRecording, async ({ actor, body, call }) =>
  withTag(await putKept(actor, body, call)),
);
