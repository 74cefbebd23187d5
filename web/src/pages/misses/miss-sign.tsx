import type { Miss } from '#sdk/index.ts';
import { Badge } from '../../ui/status-badge.tsx';

/** What the next one who asks meets. */
export function MissSign({ state }: { readonly state: Miss['state'] }) {
  if (state === 'warm') return <Badge tone="heat">Warm again</Badge>;
  if (state === 'not_found') return <Badge tone="wait">Not found</Badge>;
  return (
    <Badge tone="idle" isHollow>
      Cold
    </Badge>
  );
}
