'use client';

import { Toaster as Sonner, toast } from 'sonner';

export { toast };

/** Where results are told. Mounted once, by the root layout. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      gap={8}
      offset={{ bottom: 'var(--toast-bottom, 1rem)', right: '1rem' }}
      mobileOffset={{ bottom: 'var(--toast-bottom, 1rem)', left: '0.75rem', right: '0.75rem' }}
      visibleToasts={4}
      toastOptions={{
        unstyled: true,
        duration: 6000,
        classNames: {
          toast:
            'group flex w-full items-start gap-2.5 rounded-float border border-line bg-float px-3.5 py-3 font-sans text-13 text-ink shadow-float sm:w-90',
          content: 'grid min-w-0 flex-1 gap-0.5',
          title: 'font-medium',
          description: 'text-ink-2',
          icon: 'mt-0.5 shrink-0 *:size-4',
          success: '[&_[data-icon]]:text-yes',
          error: '[&_[data-icon]]:text-no',
          warning: '[&_[data-icon]]:text-open',
          info: '[&_[data-icon]]:text-act',
          actionButton: 'shrink-0 rounded-mark font-medium text-act hover:underline',
          cancelButton: 'shrink-0 rounded-mark text-ink-2 hover:underline',
        },
      }}
    />
  );
}
