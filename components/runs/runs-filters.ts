import type { listRuns, QueryInputOf } from '@/lib/contracts';
import { DagName } from '@/lib/contracts';
import { RUN_STATUSES, type RunStatusName } from '@/lib/domain/run';

/** Which runs are shown, as the page's address says it. */
export interface RunFilters {
  status?: RunStatusName;
  dag?: string;
}

interface Params {
  get: (name: string) => string | null;
}

/** Reads the filters from an address. What makes no sense is left out, so that every link shows something. */
export function readFilters(params: Params): RunFilters {
  const status = RUN_STATUSES.find((each) => each === params.get('status'));
  const dag = DagName.safeParse(params.get('dag')?.trim()).data;
  return { ...(status && { status }), ...(dag && { dag }) };
}

/** The address of the runs with these filters. */
export function runsHref({ status, dag }: RunFilters): string {
  const search = new URLSearchParams({ ...(status && { status }), ...(dag && { dag }) });
  return search.size === 0 ? '/runs' : `/runs?${search}`;
}

export const PAGE_SIZE = 50;

/** The filters as the API takes them. */
export function toListQuery({ status, dag }: RunFilters, cursor: string | null): QueryInputOf<typeof listRuns> {
  return {
    limit: PAGE_SIZE,
    ...(status && { status: [status] }),
    ...(dag && { dag_name: dag }),
    ...(cursor !== null && { cursor }),
  };
}
