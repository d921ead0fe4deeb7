'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { AppShell, type ShellUser } from '@/components/shell/app-shell';
import type { EmergencyStopResource } from '@/lib/contracts';
import { api } from './api';
import { useEmergencyStop } from './emergency-stop';
import { LiveProvider } from './live-provider';
import { requestKeys } from './query-keys';
import { QueryProvider } from './query-provider';
import { signOut } from './sign-out';

interface FrameProps {
  user: ShellUser;
  /** How many requests are open, as the server counted them for the first paint. */
  open: number;
  /** Whether everything is stopped, as the server found it; null where the reader may not know. */
  stop: EmergencyStopResource | null;
  children: ReactNode;
}

/** Everything around a signed-in page: queries, live updates, the shell with its counts. */
export function ConsoleFrame(props: FrameProps) {
  return (
    <QueryProvider>
      <LiveProvider>
        <Frame {...props} />
      </LiveProvider>
    </QueryProvider>
  );
}

function Frame({ user, open, stop, children }: FrameProps) {
  const counted = useOpenCount(open);
  const stopped = useEmergencyStop(stop ?? undefined);
  return (
    <AppShell user={user} counts={{ open: counted }} stop={stopped ?? null} signOut={() => void signOut()}>
      {children}
    </AppShell>
  );
}

/** How many requests are open, kept up to date. */
export function useOpenCount(initial?: number): number {
  const { data } = useQuery({
    queryKey: requestKeys.openCount,
    queryFn: async ({ signal }) => (await api.getBacklog({ signal })).open,
    ...(initial === undefined ? {} : { initialData: initial }),
  });
  return data ?? 0;
}
