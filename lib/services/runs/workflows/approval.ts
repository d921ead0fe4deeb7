import type { Workflow } from './workflow';

/** What `POST /policy/requests` takes and a task can say. */
const KNOWN = new Set([
  'skill_id',
  'policy_type',
  'agent_id',
  'payload',
  'justification',
  'required_level',
  'min_approvals',
  'expires_in_seconds',
  'title',
]);

/** Asks policy, and a person only where policy says so. */
export const approval: Workflow = {
  kind: 'asks',
  faults: (params) => {
    const unknown = Object.keys(params)
      .filter((name) => !KNOWN.has(name))
      .map((name) => ({
        pointer: `/${name}`,
        detail: `An approval is not asked with this; it takes ${[...KNOWN].join(', ')}`,
      }));
    if ('skill_id' in params && typeof params.skill_id !== 'string') {
      unknown.push({ pointer: '/skill_id', detail: 'What is asked for is named by a text' });
    }
    return unknown;
  },
};
