'use client';

import { ErrorState } from '@/components/ui/error-state';

/** What a part of the settings says when it cannot be read. */
export default function SettingsError({ reset }: { reset: () => void }) {
  return (
    <ErrorState title="This part of the settings could not be read" onRetry={reset}>
      Nothing was changed. If it stays like this, the server’s log says why.
    </ErrorState>
  );
}
