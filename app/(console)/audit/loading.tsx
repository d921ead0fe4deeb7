import { AuditSkeleton } from '@/components/audit/audit-skeleton';

export default AuditSkeleton;
