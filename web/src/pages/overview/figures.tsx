import type { Stats } from '#sdk/index.ts';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { countOf, fullCount, percent, shortCount } from '../../text/counts.ts';
import { formatDuration } from '../../text/times.ts';
import classes from './figures.module.css';

/** The figures one looks for first. Before they come their places are there already. */
export function Figures({ stats }: { readonly stats: Stats | undefined }) {
  return (
    <div className={classes['root']}>
      <Warmth stats={stats} />
      <div className={classes['tiles']}>
        <HitTiles answers={stats?.answers ?? NO_ANSWERS} />
        <WorkTiles queue={stats?.queue ?? NO_WORK} isKnown={stats !== undefined} />
      </div>
    </div>
  );
}

const NO_ANSWERS: Stats['answers'] = {
  total: 0,
  notFound: 0,
  expired: 0,
  suspect: 0,
  expiring: 0,
  hits: 0,
  misses: 0,
  savedMs: 0,
  savedTokens: 0,
};
const NO_WORK: Stats['queue'] = {
  batchesOpen: 0,
  pending: 0,
  processing: 0,
  deadLetters: 0,
  isAlarming: false,
};

function HitTiles({ answers }: { readonly answers: Stats['answers'] }) {
  const { hits, misses, savedMs, savedTokens } = answers;
  const asked = hits + misses;
  return (
    <>
      <Tile label="Hit rate" value={asked === 0 ? '–' : percent(hits / asked)}>
        {asked === 0
          ? 'Nothing asked in the last 7 days'
          : `${fullCount(hits)} of ${countOf(asked, 'ask')} in the last 7 days`}
      </Tile>
      <Tile label="Time saved" value={savedMs === 0 ? '–' : formatDuration(savedMs)}>
        {savedTokens === 0
          ? 'What hits would have taken to make'
          : `and ${countOf(savedTokens, 'token')} that hits did not cost`}
      </Tile>
    </>
  );
}

interface WorkTilesProps {
  readonly queue: Stats['queue'];
  readonly isKnown: boolean;
}

function WorkTiles({ queue: { pending, processing, deadLetters }, isKnown }: WorkTilesProps) {
  const inHand = pending + processing;
  return (
    <>
      <Tile label="Work in hand" value={isKnown ? shortCount(inHand) : '–'}>
        <Link to="/queue" search={{ status: 'processing' }}>
          {inHand === 0 ? 'Nothing waits' : `${fullCount(processing)} running, ${fullCount(pending)} waiting`}
        </Link>
      </Tile>
      <Tile label="Dead letters" value={isKnown ? shortCount(deadLetters) : '–'} isBad={deadLetters > 0}>
        <Link to="/dead-letters">
          {deadLetters === 0 ? 'Nothing has failed for good' : 'Look at what failed'}
        </Link>
      </Tile>
    </>
  );
}

/** How much is warm: the one figure this is about. */
function Warmth({ stats }: { readonly stats: Stats | undefined }) {
  const { total, notFound, expired, suspect, expiring } = stats?.answers ?? NO_ANSWERS;
  const warm = Math.max(0, total - expired);
  const share = (part: number) => `${total === 0 ? 0 : (part / total) * 100}%`;
  const found = Math.max(0, warm - notFound);
  return (
    <section className={classes['warmth']}>
      <h2>Answers warm</h2>
      <div className={classes['big']}>{stats === undefined ? '–' : shortCount(warm)}</div>
      <div className={classes['bar']} aria-hidden="true">
        <span data-part="found" style={{ width: share(found) }} />
        <span data-part="missing" style={{ width: share(Math.min(warm, notFound)) }} />
        <span data-part="expired" style={{ width: share(expired) }} />
      </div>
      <ul>
        <Key part="found" count={found} to={{ found: 'true' }} label="with an answer" />
        <Key part="missing" count={notFound} to={{ found: 'false' }} label="not in the documents" />
        <Key part="expired" count={expired} to={{ expired: 'true' }} label="expired" />
      </ul>
      <dl className={classes['freshness']}>
        <Freshness name="Fresh" count={warm - suspect} hint="Given as they are" />
        <Freshness
          name="To be checked"
          count={suspect}
          hint="Documents changed since: looked at again before they are given, mostly in milliseconds"
          to={{ suspect: 'true' }}
        />
        <Freshness name="Expire within a day" count={expiring} hint="Warm them again before they do" />
      </dl>
    </section>
  );
}

interface KeyProps {
  readonly part: string;
  readonly count: number;
  readonly label: string;
  readonly to: { readonly found?: string; readonly expired?: string };
}

function Key({ part, count, label, to }: KeyProps) {
  return (
    <li data-part={part}>
      <Link to="/answers" search={to}>
        <b>{fullCount(count)}</b> {label}
      </Link>
    </li>
  );
}

interface FreshnessProps {
  readonly name: string;
  readonly count: number;
  readonly hint: string;
  readonly to?: { readonly suspect: string };
}

function Freshness({ name, count, hint, to }: FreshnessProps) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd>
        {to === undefined || count === 0 ? (
          shortCount(count)
        ) : (
          <Link to="/answers" search={to}>
            {shortCount(count)}
          </Link>
        )}
      </dd>
    </div>
  );
}

interface TileProps {
  readonly label: string;
  readonly value: string;
  readonly children: ReactNode;
  readonly isBad?: boolean;
}

function Tile({ label, value, children, isBad = false }: TileProps) {
  return (
    <section className={classes['tile']}>
      <h2>{label}</h2>
      <div className={classes['value']} data-bad={isBad || undefined}>
        {value}
      </div>
      <div className={classes['note']}>{children}</div>
    </section>
  );
}
