import type { Asked } from '#core/answers/asking.ts';
import type { Explanation } from '#core/freshness/explain-answer.ts';
import type { Answer, Citation, Usage } from '#domain/answer.ts';
import type { Miss, MissGroup } from '#domain/miss.ts';
import { showFilter } from '#core/answers/read-filter.ts';
import { showId } from '#domain/ids.ts';
import { isUnfiltered } from '#domain/passage-filter.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type * as wire from '#wire/index.ts';
import { iso, isoOrNull } from './value.ts';

export function presentAsked(asked: Asked): wire.Asked {
  const { answer } = asked;
  return {
    // A stand-in is not kept.
    id: answer.id === 0 ? null : showId('answer', answer.id),
    ...presentReply(answer),
    cache: {
      status: asked.cache.status,
      ageSeconds: Math.floor(asked.cache.ageSeconds),
      expiresAt: iso(answer.expiresAt),
      ...(asked.cache.stale === undefined ? {} : { stale: asked.cache.stale }),
    },
    fallback: asked.fallback,
  };
}

/**
 * `presentAsked` as UTF-8. The bytes are kept with the answer and hold until its age in seconds changes: encoding
 * them anew took a fifth of a warm ask.
 */
export function askedBytes(asked: Asked): Uint8Array {
  const { answer, cache } = asked;
  // What is stale is rare, and has reasons that change.
  if (cache.status === 'stale') return UTF8.encode(askedText(asked));
  const kept = KEPT.get(answer);
  if (kept !== undefined && kept.ageSeconds === cache.ageSeconds && kept.status === cache.status)
    return kept.bytes;
  const bytes = UTF8.encode(JSON.stringify(presentAsked(asked)));
  KEPT.set(answer, { ...cache, bytes });
  return bytes;
}

/** As `askedBytes`, for those who put it into something else. */
export function askedText(asked: Asked): string {
  return JSON.stringify(presentAsked(asked));
}

const UTF8 = new TextEncoder();
const KEPT = new WeakMap<Answer, Asked['cache'] & { readonly bytes: Uint8Array }>();

export function presentAnswer(answer: Answer): wire.Answer {
  return {
    id: showId('answer', answer.id),
    ...presentReply(answer),
    evidence: {
      fingerprint: answer.evidence.fingerprint,
      paragraphs: answer.evidence.paragraphs.map((paragraph) => ({
        hash: paragraph.hash,
        documentId: showId('document', paragraph.documentId),
        supports: paragraph.supports,
      })),
    },
    profile: answer.profile,
    corpusVersion: answer.corpusVersion,
    hits: answer.hits,
    lastHitAt: isoOrNull(answer.lastHitAt),
    expiresAt: iso(answer.expiresAt),
    version: answer.version,
    changedAt: answer.changedAt === 0 ? null : iso(answer.changedAt),
  };
}

export function presentExplanation(explanation: Explanation): wire.Explanation {
  const { answer, corpusVersion, isChecked, restsOn, former, madeAgainFor, since } = explanation;
  return {
    answer: presentAnswer(answer),
    corpusVersion,
    isChecked,
    restsOn: restsOn.map(({ documentId, quotes, ...support }) => ({
      ...support,
      documentId: showId('document', documentId),
      quotes: [...quotes],
    })),
    former: former === null ? null : presentFormer(former),
    madeAgainFor: madeAgainFor.map(presentChange),
    since: since.map(presentChange),
  };
}

function presentFormer(former: NonNullable<Explanation['former']>): wire.Explanation['former'] {
  const { version, found, text, generator, corpusVersion, changedAt, replacedAt, diff } = former;
  return {
    version,
    found,
    answer: text,
    generator,
    corpusVersion,
    changedAt: changedAt === 0 ? null : iso(changedAt),
    replacedAt: iso(replacedAt),
    diff: [...diff],
  };
}

function presentChange({ documentId, name, ...change }: Explanation['since'][number]) {
  return { ...change, documentId: showId('document', documentId), document: name };
}

export function presentKept(answer: Answer): NonNullable<wire.ResultLine['answer']> {
  const id = showId('answer', answer.id);
  return { id, ...presentReply(answer), expiresAt: iso(answer.expiresAt) };
}

function presentReply(answer: Answer): Omit<wire.Asked, 'id' | 'cache' | 'fallback'> {
  return {
    question: answer.question,
    filter: presentFilter(answer.filter),
    found: answer.found,
    answer: answer.text,
    citations: answer.citations.map(presentCitation),
    generator: answer.generator,
    usage: presentUsage(answer.usage),
    createdAt: iso(answer.createdAt),
    tookMs: answer.tookMs,
  };
}

function presentUsage({ inputTokens, outputTokens, costMicros }: Usage): wire.Asked['usage'] {
  return { inputTokens, outputTokens, cost: costMicros === null ? null : costMicros / 1_000_000 };
}

function presentCitation(citation: Citation): wire.Citation {
  return {
    number: citation.number,
    documentId: showId('document', citation.documentId),
    document: citation.document,
    chunkId: showId('chunk', citation.chunkId),
    headings: [...citation.headings],
    page: citation.page,
    quote: citation.quote,
    paragraph: citation.paragraph,
  };
}

/** Of a group that is as large as that, the rest is hardly asked for. */
const MOST_WORDINGS = 50;

export function presentMissGroup({ wordings, ...group }: MissGroup): wire.MissGroup {
  return {
    ...presentMiss(group),
    wordingCount: wordings.length,
    wordings: wordings.slice(0, MOST_WORDINGS).map(presentMiss),
  };
}

function presentFilter(filter: PassageFilter): wire.PassageFilter | null {
  return isUnfiltered(filter) ? null : showFilter(filter);
}

function presentMiss({ id, filter, firstAt, lastAt, ...rest }: Miss): wire.Miss {
  const { question, misses, state } = rest;
  return {
    id: showId('miss', id),
    question,
    filter: presentFilter(filter),
    misses,
    state,
    firstAt: iso(firstAt),
    lastAt: iso(lastAt),
  };
}
