import { DagsSkeleton } from '@/components/dags/dags-skeleton';

export default DagsSkeleton;
