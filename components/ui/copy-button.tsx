'use client';

import { CheckIcon, CopyIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from './button';
import { toast } from './toast';

/** Puts `text` on the clipboard and says so. `label` names what is copied: "Copy request id". */
export function CopyButton({ text, label, className = '' }: { text: string; label: string; className?: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Plain http on another host than localhost has no clipboard, and people may refuse it.
      toast.error('This browser does not allow copying here', { description: 'Select the text and copy it by hand.' });
    }
  };
  const Icon = copied ? CheckIcon : CopyIcon;
  return (
    <>
      <IconButton label={copied ? 'Copied' : label} className={className} onClick={() => void copy()}>
        <Icon className={`size-3.5 ${copied ? 'text-yes' : ''}`} aria-hidden="true" />
      </IconButton>
      <span role="status" className="sr-only">
        {copied ? 'Copied' : ''}
      </span>
    </>
  );
}
