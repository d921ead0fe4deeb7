'use client';

import dynamic from 'next/dynamic';
import { Skeleton } from '@/components/ui/skeleton';

/** The drawing; it and what it is made with are loaded only where there is one, and only in a browser. */
export const LazyTaskGraph = dynamic(async () => (await import('./task-graph')).TaskGraph, {
  ssr: false,
  loading: () => <Skeleton className="h-44 w-full" />,
});
