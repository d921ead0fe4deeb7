import { Badge } from '@/components/ui/badge';
import type { DeliveryStatus } from '@/lib/contracts';
import { DELIVERY_LOOKS } from './webhooks-words';

/** How a delivery stands, in word, shape and hue. */
export function DeliveryBadge({ status }: { status: DeliveryStatus }) {
  const { word, tone, shape } = DELIVERY_LOOKS[status];
  return (
    <Badge tone={tone} shape={<span aria-hidden="true" className={`size-1.5 ${shape}`} />}>
      {word}
    </Badge>
  );
}
