import { staleWords, type Staleness } from '#sdk/index.ts';
import { fullCount } from '../../text/counts.ts';
import { spentOf } from '../../text/usage.ts';
import { formatDuration } from '../../text/times.ts';
import { Badge } from '../../ui/status-badge.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import type { Reply } from './use-ask.ts';
import classes from './cache-sign.module.css';

/** Where the answer came from, how old it is and how long it took: the point of it all, in one line. */
export function CacheSign({ reply }: { readonly reply: Reply }) {
  const { asked, elapsedMs } = reply;
  const { status } = asked.cache;
  return (
    <div className={classes['root']}>
      <SourceBadge asked={asked} />
      {status === 'miss' ? (
        <span>took {formatDuration(elapsedMs)}</span>
      ) : (
        <>
          <span>
            made <RelativeTime at={asked.createdAt} />
          </span>
          <span title={`Making it took ${formatDuration(asked.tookMs)}`}>
            here in {formatDuration(elapsedMs)}
          </span>
        </>
      )}
      {asked.fallback === null && status !== 'stale' && (
        <span>
          expires <RelativeTime at={asked.cache.expiresAt} />
        </span>
      )}
      <Spent asked={asked} />
    </div>
  );
}

/** Who wrote it, and what that took; built-in models take nothing. */
function Spent({ asked }: { readonly asked: Reply['asked'] }) {
  const { inputTokens, outputTokens } = asked.usage;
  if (inputTokens + outputTokens === 0) return null;
  return (
    <span title={`${fullCount(inputTokens)} tokens read, ${fullCount(outputTokens)} written`}>
      {asked.generator}, {spentOf(asked.usage)}
    </span>
  );
}

function SourceBadge({ asked }: { readonly asked: Reply['asked'] }) {
  const { status, stale } = asked.cache;
  if (asked.fallback !== null) return <Badge tone="wait">Quoted: the generator is down</Badge>;
  if (status === 'hit') return <Badge tone="heat">Warm</Badge>;
  if (status === 'semantic') return <Badge tone="heat">Warm, from a like question</Badge>;
  if (status === 'stale')
    return <Badge tone="wait">{stale === undefined ? 'Out of date' : whyStale(stale)}</Badge>;
  return (
    <Badge tone="idle" isHollow>
      Made just now
    </Badge>
  );
}

function whyStale(stale: Staleness): string {
  const { why, because } = staleWords(stale);
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}; ${because}`;
}
