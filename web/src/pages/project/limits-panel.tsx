import { useQuery } from '@tanstack/react-query';
import type { BudgetUse, Holding, LimitUse } from '#sdk/index.ts';
import { useClient } from '../../app/client.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Badge } from '../../ui/status-badge.tsx';
import classes from './limits-panel.module.css';

const MOST_SHOWN = 12;
const NEAR = 0.8;
const WORDS = {
  key: 'Key',
  user: 'User',
  project: 'The project',
  ip: 'Address',
  pending: 'Items that wait',
  concurrency: 'Items at once',
  cachedBytes: 'Cached answers',
  documents: 'Documents',
  sharedBytes: 'Shared answers',
} as const;

const BYTES: ReadonlySet<string> = new Set(['cachedBytes', 'sharedBytes']);

/** Who is near a limit now. */
export function LimitsPanel() {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ['limits'],
    queryFn: ({ signal }) => client.system.limits({ signal }),
    refetchInterval: 2_000,
  });
  if (data === undefined) return null;
  const budgets = data.budgets.filter(({ tokensPerDay, spent }) => tokensPerDay !== null || spent > 0);
  const holdings = data.holdings.filter(({ cap }) => cap !== null);
  if (data.items.length + budgets.length + holdings.length === 0 && data.sharing.isUp) return null;
  return (
    <Panel title="Used now">
      {!data.sharing.isUp && (
        <p className={classes['note']}>
          Redis is away: each of {data.sharing.processes} processes allows its part of every limit.
        </p>
      )}
      <ul className={classes['list']}>
        {holdings.map((holding) => (
          <Row key={holding.name} use={roomOf(holding)} />
        ))}
        {budgets.map((budget) => (
          <Row key={`tokens ${budget.keyId}`} use={useOf(budget)} />
        ))}
        {data.items.slice(0, MOST_SHOWN).map((use) => (
          <Row key={`${use.scope} ${use.who} ${use.rate}`} use={{ ...use, of: `of ${use.rate}` }} />
        ))}
      </ul>
    </Panel>
  );
}

interface Use extends Pick<LimitUse, 'who' | 'used'> {
  readonly scope: LimitUse['scope'] | Holding['name'];
  /** null: it does not come back by itself. */
  readonly resetsAt: string | null;
  /** null: as much as is wanted. */
  readonly limit: number | null;
  readonly of: string;
}

function roomOf({ name, held, cap }: Holding): Use {
  const show = BYTES.has(name) ? bytes : (n: number) => n.toLocaleString();
  return { scope: name, who: null, used: held, limit: cap, of: `of ${show(cap ?? 0)}`, resetsAt: null };
}

function bytes(count: number): string {
  return `${(count / 2 ** 20).toLocaleString(undefined, { maximumFractionDigits: 1 })} MiB`;
}

function useOf({ scope, who, tokensPerDay, spent, reserved, resetsAt }: BudgetUse): Use {
  const of = tokensPerDay === null ? 'tokens today' : `of ${tokensPerDay.toLocaleString()} tokens`;
  return { scope, who, used: spent + reserved, limit: tokensPerDay, of, resetsAt };
}

function Row({ use }: { readonly use: Use }) {
  const { scope, who, of, used, limit, resetsAt } = use;
  const part = limit === null ? 0 : Math.min(1, used / limit);
  const isFull = limit !== null && used >= limit;
  return (
    <li className={classes['row']}>
      <span className={classes['who']}>
        {WORDS[scope]} {who !== null && <b>{who}</b>}
      </span>
      <span className={classes['track']} aria-hidden="true">
        <span
          className={classes['fill']}
          style={{ width: `${part * 100}%` }}
          data-near={part >= NEAR || undefined}
        />
      </span>
      <span className={classes['used']}>
        {BYTES.has(scope) ? bytes(used) : used.toLocaleString()} {of}
      </span>
      <span className={classes['used']}>
        {isFull ? <Badge tone="bad">Used up</Badge> : resetsAt !== null && 'more'}{' '}
        {resetsAt !== null && <RelativeTime at={resetsAt} />}
      </span>
    </li>
  );
}
