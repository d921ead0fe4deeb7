'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { AppShell, type ShellCounts, type ShellUser } from '@/components/shell/app-shell';
import type { EmergencyStopResource } from '@/lib/contracts';
import { api } from './api';
import { useEmergencyStop } from './emergency-stop';
import { LiveProvider } from './live-provider';
import { requestKeys } from './query-keys';
import { QueryProvider } from './query-provider';
import { signOut } from './sign-out';

interface FrameProps {
  user: ShellUser;
  /** How much waits for a person, as the server counted it for the first paint. */
  waiting: ShellCounts;
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

function Frame({ user, waiting, stop, children }: FrameProps) {
  const counts = useWaiting(waiting);
  const stopped = useEmergencyStop(stop ?? undefined);
  return (
    <AppShell user={user} counts={counts} stop={stopped ?? null} signOut={() => void signOut()}>
      {children}
    </AppShell>
  );
}

const NOTHING: ShellCounts = { open: 0, runs: 0 };

/** How much waits for a person, kept up to date. */
export function useWaiting(initial?: ShellCounts): ShellCounts {
  const { data } = useQuery({
    queryKey: requestKeys.waiting,
    queryFn: async ({ signal }): Promise<ShellCounts> => {
      const { open, runs_waiting: runs } = await api.getBacklog({ signal });
      return { open, runs };
    },
    ...(initial === undefined ? {} : { initialData: initial }),
  });
  return data ?? NOTHING;
}
