import { Section } from '@/components/ui/section';
import { type Operation, operations } from '@/lib/contracts';
import { PERMISSIONS } from '@/lib/domain/access';

/** Every operation there is, by what it is about; made from the same table as the routes. */
export function OperationList() {
  const all: Operation[] = Object.values(operations);
  const tags = [...new Set(all.map((operation) => operation.tag))];
  return (
    <div className="grid gap-10">
      {tags.map((tag) => (
        <Section key={tag} title={tag}>
          <ul className="border-line border-b">
            {all
              .filter((operation) => operation.tag === tag)
              .map((operation) => (
                <OperationItem key={operation.id} operation={operation} />
              ))}
          </ul>
        </Section>
      ))}
    </div>
  );
}

function OperationItem({ operation }: { operation: Operation }) {
  return (
    <li id={operation.id} className="border-line border-t py-3">
      <h3 className="flex flex-wrap items-baseline gap-x-3 font-mono text-12 text-ink">
        <span className="w-14 text-ink-3">{operation.method}</span>
        <span className="[overflow-wrap:anywhere]">{operation.path}</span>
      </h3>
      <p className="mt-1 text-13 text-ink-2">{operation.summary}</p>
      {operation.description ? <p className="mt-1 max-w-[80ch] text-12 text-ink-3">{operation.description}</p> : null}
      <p className="mt-1 text-12 text-ink-3">{describeAccess(operation)}</p>
      {operation.example === undefined ? null : (
        <details className="mt-2 text-12">
          <summary className="cursor-pointer text-ink-2">Example body</summary>
          <pre className="mt-2 whitespace-pre-wrap rounded-md bg-sunk p-3 font-mono text-12 [overflow-wrap:anywhere]">
            {JSON.stringify(operation.example, null, 2)}
          </pre>
        </details>
      )}
    </li>
  );
}

function describeAccess({ access, idempotent, ifMatch }: Operation): string {
  const who =
    access === 'public'
      ? 'Open to everybody'
      : access === 'authenticated'
        ? 'Any session or key'
        : `Needs ${access} (${PERMISSIONS[access].toLowerCase()})`;
  const notes = [
    idempotent ? 'honours Idempotency-Key' : null,
    ifMatch === 'required' ? 'wants If-Match' : ifMatch === 'optional' ? 'honours If-Match' : null,
  ].filter((note) => note !== null);
  return [who, ...notes].join(' · ');
}
