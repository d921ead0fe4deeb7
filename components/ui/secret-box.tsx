import { CopyButton } from './copy-button';

export interface SecretBoxProps {
  /** What it is: "API key", "Signing secret". */
  label: string;
  secret: string;
  /** What to do with it. */
  hint?: string;
}

/** A secret that is shown this once. It is never stored by the page, and never put into an attribute. */
export function SecretBox({
  label,
  secret,
  hint = 'It is shown only now. Store it before you close this.',
}: SecretBoxProps) {
  return (
    <section aria-label={label} className="grid gap-1">
      <p className="font-medium text-13 text-ink-2">{label}</p>
      <div className="flex items-start gap-2 rounded-control border border-edge bg-sunk py-1.5 pr-1.5 pl-3">
        <code className="min-w-0 flex-1 select-all break-all py-1 font-mono text-13">{secret}</code>
        <CopyButton text={secret} label={`Copy ${label}`} />
      </div>
      <p className="text-12 text-open">{hint}</p>
    </section>
  );
}
