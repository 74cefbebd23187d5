import { useQuery } from '@tanstack/react-query';
import { useClient } from '../../app/client.tsx';
import { turnsQuery } from '../../data/system.ts';
import { fullCount, percent } from '../../text/counts.ts';
import { Facts } from '../../ui/facts.tsx';
import { Panel } from '../../ui/panel.tsx';

/** What applications got that speak to other models through this server; nothing where there is no upstream. */
export function TurnsPanel() {
  const { data: turns } = useQuery(turnsQuery(useClient()));
  if (turns?.isOn !== true) return null;
  const { hits, misses, bypassed, savedTokens, spentTokens } = turns;
  const asked = hits + misses;
  const rate = asked === 0 ? 'nothing asked yet' : `${percent(hits / asked)} of ${fullCount(asked)}`;
  return (
    <Panel title="Passed through to other models">
      <Facts
        facts={[
          { name: 'Kept', value: `${fullCount(turns.turns)}, ${(turns.bytes / 2 ** 20).toFixed(1)} MiB` },
          { name: 'Out of the cache', value: rate },
          { name: 'Past the cache, as asked', value: fullCount(bypassed) },
          { name: 'Tokens saved', value: fullCount(savedTokens) },
          { name: 'Tokens spent', value: fullCount(spentTokens) },
        ]}
      />
    </Panel>
  );
}
