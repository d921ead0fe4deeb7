import { PoliciesSkeleton } from '@/components/policies/policies-skeleton';

export default PoliciesSkeleton;
