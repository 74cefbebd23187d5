import type { Answer, Flight } from '#domain/answer.ts';
import { BudgetSpent } from '#domain/budget.ts';
import { ModelFault, UncheckedFault } from '#domain/model-fault.ts';
import type { PassageFilter } from '#domain/passage-filter.ts';
import type { TextSink } from '#ports/model.ts';
import type { AnswerProfile } from './answer-profiles.ts';
import type { Answering } from './answering.ts';
import { keepLease } from './keep-lease.ts';
import { Landing } from './landing.ts';
import { fingerprintOf, makeAnswer } from './make-answer.ts';
import type { Retrieved } from './make-answer.ts';
import { relocate } from './relocate.ts';
import type { Relocated } from './relocate.ts';
import { sleep } from './shared-work.ts';

const FIRST_POLL_MS = 5;
const MAX_POLL_MS = 200;

export interface FlightRequest {
  readonly projectId: number;
  readonly profile: AnswerProfile;
  readonly key: string;
  readonly question: string;
  readonly filter: PassageFilter;
  /** Who leads the flight pays for it. */
  readonly keyId: number | null;
  /** Who leads the flight has the models told of it. */
  readonly requestId: string | null;
  /** The answer that is there and may not be fresh. */
  readonly known: Answer | null;
  /** As read after the question came: what was made for an older one is not for it. */
  readonly corpusVersion: number;
  /** Make it anew, whatever is there. */
  readonly isRefresh: boolean;
  /** It takes its place among those whose answers are made, and may be refused one. */
  readonly isInTurn: boolean;
}

/** @throws Fault limited `too_busy`; else as `fly` */
export async function flyInTurn(
  answering: Answering,
  request: FlightRequest,
  signal: AbortSignal,
  live: TextSink,
): Promise<Landing> {
  const place = answering.admission.enter(request.projectId);
  try {
    await place.turn(signal);
    return await fly(answering, request, signal, live);
  } finally {
    place.leave();
  }
}

/**
 * Gets an answer that is fresh: by finding that the known one still is, by waiting for another process that is
 * making it, or by making it. One process leads; it keeps a lease, and one that dies is followed by a waiter.
 */
export async function fly(
  answering: Answering,
  request: FlightRequest,
  signal: AbortSignal,
  live: TextSink,
): Promise<Landing> {
  const { store, now, settings } = answering;
  const { projectId, key } = request;
  const arrivedAt = now();
  const look = await lookAgain(answering, request, signal);
  if (look.confirmed !== null) return Landing.ofStored(answering, look.confirmed, true);
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(MAX_POLL_MS, 2 * pollMs)) {
    const { corpusVersion: version } = await answering.versions.read(projectId);
    signal.throwIfAborted();
    const boarded = await store.flights.board(projectId, key, version, {
      now: now(),
      leaseUntil: now() + settings.flightLeaseMs,
      ...(request.isRefresh ? { madeAfter: arrivedAt } : {}),
    });
    if (boarded.kind === 'landed') return Landing.ofStored(answering, boarded.answer, false);
    if (boarded.kind === 'leader') {
      const led = await lead(
        answering,
        request,
        { flight: boarded.flight, retrieved: look.retrieved, live },
        signal,
      );
      if (led !== null) return led;
    } else {
      await sleep(Math.max(1, Math.min(pollMs, boarded.leaseUntil - now())), signal);
    }
  }
}

/** What is known in memory may be behind the store: then the store's answer is looked at too. */
const MOST_LOOKS = 2;

interface Look {
  readonly confirmed: Answer | null;
  readonly retrieved: Retrieved | null;
}

/** Whether retrieval still gives the known answer its evidence; if so the store notes it. */
export async function lookAgain(
  answering: Answering,
  request: FlightRequest,
  signal: AbortSignal,
): Promise<Look> {
  const { projectId, key, keyId, profile } = request;
  const { answers } = answering.store;
  let known = request.isRefresh ? null : request.known;
  if (!isAlive(answering, known)) return { confirmed: null, retrieved: null };
  // As it was asked first: what is noted with an answer belongs to the question that stands there.
  const { question, filter } = known;
  const limit = answering.settings.passages;
  const retrieved = await answering
    .retrieve({ projectId, keyId, question, filter, limit, signal })
    .catch(leftUnchecked);
  const { corpusVersion, epoch, floor, asked = null } = retrieved;
  const fingerprint = fingerprintOf(profile.id, retrieved.passages);
  for (let looks = 1; isAlive(answering, known) && known.question === question; looks += 1) {
    if (known.evidence.fingerprint !== fingerprint) break;
    const moved = relocate(known, retrieved.passages);
    if (await answers.confirm(known, { corpusVersion, epoch, floor, asked, moved })) {
      return { confirmed: confirmedAt(known, retrieved, moved), retrieved };
    }
    known = looks < MOST_LOOKS ? await answers.findByKey(projectId, key) : null;
  }
  return { confirmed: null, retrieved: question === request.question ? retrieved : null };
}

function leftUnchecked(error: unknown): never {
  if (error instanceof BudgetSpent) throw error.unchecked();
  throw error instanceof ModelFault ? new UncheckedFault(error) : error;
}

function confirmedAt(
  known: Answer,
  { corpusVersion, epoch, floor }: Retrieved,
  moved: Relocated | null,
): Answer {
  const { citations, paragraphs } = moved ?? { ...known, ...known.evidence };
  return { ...known, corpusVersion, citations, evidence: { ...known.evidence, paragraphs, epoch, floor } };
}

function isAlive({ now }: Answering, answer: Answer | null): answer is Answer {
  return answer !== null && answer.expiresAt > now();
}

interface Led {
  readonly flight: Flight;
  readonly retrieved: Retrieved | null;
  readonly live: TextSink;
}

/** Makes the answer under the lease; null when the lease was lost on the way. */
async function lead(
  answering: Answering,
  request: FlightRequest,
  led: Led,
  signal: AbortSignal,
): Promise<Landing | null> {
  const { store, now, onError, settings } = answering;
  const lease = keepLease(
    { flights: store.flights, now, onError, leaseMs: settings.flightLeaseMs },
    led.flight,
  );
  const { retrieved, live } = led;
  const until = AbortSignal.any([signal, lease.lost]);
  const { profile, ...question } = request;
  // A leader that lost its lease before wrote something: who follows it is to be told anew.
  live.restart();
  try {
    const made = await makeAnswer(
      answering,
      {
        ...question,
        generator: profile.generator,
        profile: profile.id,
        retrieved,
        live: whileValid(live, until),
      },
      until,
    );
    return Landing.ofMade(answering, made, led.flight);
  } catch (error) {
    if (lease.lost.aborted && !signal.aborted) return null;
    await answering.store.flights.abandon(led.flight).catch(answering.onError);
    throw error;
  } finally {
    lease.stop();
  }
}

/** A model may go on for a moment after it was told to stop: nobody is to read that. */
function whileValid(live: TextSink, signal: AbortSignal): TextSink {
  return {
    write: (text) => (signal.aborted ? undefined : live.write(text)),
    restart: () => (signal.aborted ? undefined : live.restart()),
  };
}
