import { Section } from '@/components/ui/section';
import { type Operation, operations } from '@/lib/contracts';
import { PERMISSIONS } from '@/lib/domain/access';
import type { BodyField } from './body-fields';
import { Prose } from './prose';

interface OperationListProps {
  /** The fields of each operation's body, by its id. */
  fields: Readonly<Record<string, readonly BodyField[]>>;
}

/** Every operation there is, by what it is about; made from the same table as the routes. */
export function OperationList({ fields }: OperationListProps) {
  const all: Operation[] = Object.values(operations);
  const tags = [...new Set(all.map((operation) => operation.tag))];
  return (
    <div className="grid gap-10">
      <nav aria-label="Parts of the API">
        <ul className="flex flex-wrap gap-x-4 gap-y-1 border-y py-2.5 text-13">
          {tags.map((tag) => (
            <li key={tag}>
              <a href={`#${anchorOf(tag)}`} className="text-act hover:underline">
                {tag}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {tags.map((tag) => (
        <div key={tag} id={anchorOf(tag)} className="scroll-mt-4">
          <Section title={tag}>
            <ul className="border-line border-b">
              {all
                .filter((operation) => operation.tag === tag)
                .map((operation) => (
                  <OperationItem key={operation.id} operation={operation} fields={fields[operation.id] ?? []} />
                ))}
            </ul>
          </Section>
        </div>
      ))}
    </div>
  );
}

function anchorOf(tag: string): string {
  return `tag-${tag.toLowerCase().replaceAll(/\W+/g, '-')}`;
}

function OperationItem({ operation, fields }: { operation: Operation; fields: readonly BodyField[] }) {
  return (
    <li id={operation.id} className="scroll-mt-4 border-line border-t py-3 target:bg-act-soft">
      <h3 className="flex flex-wrap items-baseline gap-x-3 font-mono text-12 text-ink">
        <span className="w-14 text-ink-3">{operation.method}</span>
        <span className="[overflow-wrap:anywhere]">{operation.path}</span>
      </h3>
      <p className="mt-1 text-13 text-ink-2">
        <Prose>{operation.summary}</Prose>
      </p>
      {operation.description ? (
        <p className="mt-1 max-w-[80ch] text-12 text-ink-3">
          <Prose>{operation.description}</Prose>
        </p>
      ) : null}
      <p className="mt-1 text-12 text-ink-3">
        <Prose>{describeAccess(operation)}</Prose>
      </p>
      {fields.length === 0 ? null : <Fields fields={fields} />}
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

function Fields({ fields }: { fields: readonly BodyField[] }) {
  return (
    <details className="mt-2 text-12">
      <summary className="cursor-pointer text-ink-2">Fields of the body</summary>
      <dl className="mt-2 divide-y border-y">
        {fields.map(({ name, type, required, description }) => (
          <div key={name} className="grid gap-x-4 py-1.5 sm:grid-cols-[14rem_minmax(0,1fr)]">
            <dt className="font-mono text-ink [overflow-wrap:anywhere]">{name}</dt>
            <dd className="text-ink-3">
              {required ? <span className="font-medium text-ink-2">required</span> : 'optional'} · {type}
              {description === null ? null : (
                <>
                  {' '}
                  · <Prose>{description}</Prose>
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function describeAccess({ access, idempotent, ifMatch }: Operation): string {
  const who =
    access === 'public'
      ? 'Open to everybody'
      : access === 'authenticated'
        ? 'Any session or key'
        : `Needs \`${access}\` (${PERMISSIONS[access].toLowerCase()})`;
  const notes = [
    idempotent ? 'honours `Idempotency-Key`' : null,
    ifMatch === 'required' ? 'wants `If-Match`' : ifMatch === 'optional' ? 'honours `If-Match`' : null,
  ].filter((note) => note !== null);
  return [who, ...notes].join(' · ');
}
