import { describe, expect, test } from 'vitest';
import { ApiProblem } from '@/lib/client/api-problem';
import { Overtaken, writeEdited } from './write-edited';

interface Row {
  key: string;
  value: number;
}

/** A list behind a tag, as the server keeps it: whoever writes with another tag is refused. */
function aServer(rows: Row[]) {
  let now = { rows, etag: 1 };
  const change = (changed: readonly Row[]) => {
    now = { rows: [...changed], etag: now.etag + 1 };
    return now;
  };
  return {
    read: () => now,
    change,
    write: async ({ etag }: { etag: number }, changed: Row[]) => {
      if (etag !== now.etag) throw new ApiProblem({ status: 412, code: 'config/changed', title: 'Changed' });
      return change(changed);
    },
  };
}

const A = { key: 'a', value: 1 };
const B = { key: 'b', value: 1 };
const editOf = (server: ReturnType<typeof aServer>, key: string, base = server.read()) => ({
  base,
  rowsOf: ({ rows }: { rows: Row[] }) => rows,
  isEdited: (row: Row) => row.key === key,
  reread: async () => server.read(),
  write: server.write,
});
const refusal = (act: Promise<unknown>) =>
  act.then(
    () => 'no refusal',
    (error: unknown) => (error instanceof Overtaken ? error.now : error),
  );

describe('a row that is edited', () => {
  test('is written over what was read when the editing began, and over nothing else', async () => {
    const server = aServer([A, B]);
    const edit = editOf(server, 'a');
    server.change([{ ...A, value: 5 }, B]);
    expect(await refusal(writeEdited(edit, { ...A, value: 2 }))).toEqual(server.read());
    expect(server.read().rows).toEqual([{ ...A, value: 5 }, B]);
    // Whoever has seen that may write over it.
    await writeEdited({ ...edit, base: server.read() }, { ...A, value: 2 });
    expect(server.read().rows).toEqual([B, { ...A, value: 2 }]);
  });

  test('leaves what somebody else did to other rows', async () => {
    const server = aServer([A, B]);
    const edit = editOf(server, 'a');
    const C = { key: 'c', value: 1 };
    server.change([A, C]);
    await writeEdited(edit, { ...A, value: 2 });
    expect(server.read().rows).toEqual([C, { ...A, value: 2 }]);
  });

  test('that somebody took away, or added meanwhile, is not silently there, or another', async () => {
    const server = aServer([A, B]);
    const [changing, adding, removing] = [editOf(server, 'a'), editOf(server, 'c'), editOf(server, 'b')];
    server.change([B, { key: 'c', value: 7 }]);
    expect(await refusal(writeEdited(changing, { ...A, value: 2 }))).toEqual(server.read());
    expect(await refusal(writeEdited(adding, { key: 'c', value: 1 }))).toEqual(server.read());
    await writeEdited(removing, null);
    expect(server.read().rows).toEqual([{ key: 'c', value: 7 }]);
  });

  test('is refused for any other reason as it is', async () => {
    const fault = new ApiProblem({ status: 422, code: 'input/invalid', title: 'Invalid' });
    const write = () => Promise.reject(fault);
    expect(await refusal(writeEdited({ ...editOf(aServer([A]), 'a'), write }, A))).toBe(fault);
  });
});
