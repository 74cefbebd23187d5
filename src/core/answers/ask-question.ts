import type { Asked, Caller, Question } from './asking.ts';
import type { Answer } from '#domain/answer.ts';
import { Fault } from '#domain/fault.ts';
import { NO_FILTER } from '#domain/passage-filter.ts';
import type { ProjectVersions } from '#ports/store/projects.ts';
import { checkDocuments } from '../documents/find-filtered.ts';
import { supersede } from './answering.ts';
import type { Answering } from './answering.ts';
import { countMiss } from './count-miss.ts';
import { fly, flyInTurn, lookAgain } from './fly.ts';
import type { FlightRequest } from './fly.ts';
import type { Landing } from './landing.ts';
import type { LiveText } from './live-text.ts';
import { confirmOrRemake, isWorthServing } from './serve-stale.ts';
import { flagged, standIn } from './stand-in.ts';

export interface AskRequest extends Question {
  readonly projectId: number;
  readonly caller: Caller;
}

/** Is handed the text of an answer that has to be made, while it is being made. */
export type Follow = (live: LiveText) => void;

/**
 * Answers a question, out of the cache where an answer is there and fresh.
 *
 * @throws Fault invalid `invalid_question`; not_found `not_cached` in mode `only`, and for a document of the filter that is not there; what the generator throws
 */
export async function askQuestion(answering: Answering, ask: AskRequest, follow?: Follow): Promise<Asked> {
  const chosen = answering.profiles.of(ask.projectId);
  const profile = chosen instanceof Promise ? await chosen : chosen;
  const key = profile.keys.keyOf(ask.question, ask.filter);
  const isRefresh = ask.cache === 'refresh';
  const known = isRefresh ? null : await findKnown(answering, ask.projectId, key).catch(storeAway);
  if (known instanceof Fault) return whileStoreIsAway(answering, ask, { key, fault: known });
  const { corpusVersion, settingsVersion } = known ?? (await answering.versions.read(ask.projectId));
  if (!answering.profiles.isCurrent(ask.projectId, profile, settingsVersion))
    return askQuestion(answering, ask, follow);
  if (known !== null && isHit(known)) return hit(answering, known.answer);
  const request = requestOf(answering, ask, { profile, key, known: known?.answer ?? null, corpusVersion });
  await checkDocuments(answering.store.documents, ask.projectId, request.filter);
  if (ask.cache === 'only') return onlyConfirmed(answering, request, ask.caller.signal);
  if (isServedStale(answering, request)) return serveAtOnce(answering, request, ask.caller.signal);
  return takeFlight(answering, request, ask.caller.signal, follow);
}

function requestOf(
  answering: Answering,
  ask: AskRequest,
  found: Pick<FlightRequest, 'profile' | 'key' | 'known' | 'corpusVersion'>,
): FlightRequest {
  return {
    ...found,
    projectId: ask.projectId,
    question: ask.question.trim(),
    filter: ask.filter ?? NO_FILTER,
    ...callerOf(ask),
    isRefresh: ask.cache === 'refresh',
    // What has not expired will most likely do when it is looked at again, which takes no model.
    isInTurn: !isUnexpired(answering, found.known),
  };
}

/** @throws what is no fault of the store */
function storeAway(error: unknown): Fault {
  if (error instanceof Fault && error.kind === 'unavailable' && error.code.startsWith('store_')) return error;
  throw error;
}

/**
 * What this process has in memory, flagged: nobody can tell whether the documents have changed.
 *
 * @throws Fault the store's, where there is nothing to say
 */
function whileStoreIsAway(
  answering: Answering,
  { projectId, cache }: AskRequest,
  { key, fault }: { readonly key: string; readonly fault: Fault },
): Asked {
  const held = answering.tier.get(projectId, key) ?? null;
  if (cache !== 'use' || !isWorthServing(answering, held)) throw fault;
  return flagged(answering, held, { because: 'store', isUnchecked: true });
}

type OfStale = FlightRequest & { readonly known: Answer };

function isServedStale(answering: Answering, request: FlightRequest): request is OfStale {
  return request.profile.servesStale && isWorthServing(answering, request.known);
}

/** Who pays, and under which id the models hear of it. */
function callerOf({
  keyId = null,
  requestId = null,
}: AskRequest): Pick<FlightRequest, 'keyId' | 'requestId'> {
  return { keyId, requestId };
}

function isUnexpired({ now }: Answering, answer: Answer | null): boolean {
  return answer !== null && answer.expiresAt > now();
}

export interface Known extends ProjectVersions {
  /** null: there is none. */
  readonly answer: Answer | null;
  /** Neither expired, nor made before a change of the documents that may have touched it. */
  readonly isFresh: boolean;
}

export function isHit(known: Known): known is Known & { readonly answer: Answer } {
  return known.isFresh;
}

/**
 * The cached answer, and whether it may be served as it is. Whatever tier it comes from, its corpus version is
 * compared with one read that begins after the call (rule R9); the version of the settings comes along, for the profile
 * that the key is of.
 */
export async function findKnown(answering: Answering, projectId: number, key: string): Promise<Known> {
  const { tier, versions } = answering;
  const reading = versions.read(projectId);
  const held = tier.get(projectId, key);
  // What is held may have been carried along by the changes since: whoever has it anew knows.
  const isBehind = held === undefined || held.corpusVersion < (await reading).corpusVersion;
  const answer = isBehind ? await readThrough(answering, projectId, key, reading) : held;
  const { corpusVersion, settingsVersion } = await reading;
  const isFresh =
    answer !== null && answer.corpusVersion >= corpusVersion && answer.expiresAt > answering.now();
  return { answer, isFresh, corpusVersion, settingsVersion };
}

/** From the tier that processes share, else from the store; what it came from the tiers before it then have too. */
async function readThrough(
  { tier, second, store }: Answering,
  projectId: number,
  key: string,
  reading: Promise<ProjectVersions>,
): Promise<Answer | null> {
  const epoch = tier.epoch(projectId);
  const look = (await second?.look(projectId, key, reading)) ?? null;
  const [stored] = look?.answer
    ? [look.answer]
    : await Promise.all([store.answers.findByKey(projectId, key), reading]);
  if (stored === null) return null;
  tier.keep(stored, epoch);
  if (look !== null && look.answer === null) second?.keep(stored, look.cacheVersion);
  return stored;
}

/** Waits for a fresh answer, together with all who want the same. */
async function takeFlight(
  answering: Answering,
  request: FlightRequest,
  signal: AbortSignal,
  follow?: Follow,
): Promise<Asked> {
  const epoch = answering.tier.epoch(request.projectId);
  let landing: Landing;
  try {
    landing = await joinFlight(answering, request, signal, follow);
  } catch (error) {
    return standIn(answering, request, error, signal);
  }
  const answer = await keepLanded(answering, request, { landing, epoch });
  if (landing.isConfirmed) return hit(answering, answer);
  countMiss(answering, request);
  return { answer, cache: { status: 'miss', ageSeconds: ageOf(answering, answer) }, fallback: null };
}

/** Where the project would rather have an old answer, flagged, than wait for the new one, which is made meanwhile. */
async function serveAtOnce(answering: Answering, request: OfStale, signal: AbortSignal): Promise<Asked> {
  const remake = async (closing: AbortSignal): Promise<void> => {
    const epoch = answering.tier.epoch(request.projectId);
    const landing = await joinFlight(answering, { ...request, isInTurn: true }, closing);
    await keepLanded(answering, request, { landing, epoch });
  };
  try {
    const stale = { request, name: flightName(request) };
    const confirmed = await confirmOrRemake(answering, stale, { signal, remake });
    if (confirmed !== null) return hit(answering, confirmed);
    return flagged(answering, request.known, { because: 'remade', isUnchecked: false });
  } catch (error) {
    return standIn(answering, request, error, signal);
  }
}

async function keepLanded(
  answering: Answering,
  request: FlightRequest,
  { landing, epoch }: { readonly landing: Landing; readonly epoch: number },
): Promise<Answer> {
  const { projectId } = request;
  const madeAt = landing.madeAt();
  if (madeAt !== null && (request.isRefresh || request.known !== null))
    await supersede(answering, projectId, request.key, madeAt);
  const answer = await landing.stored();
  if (answer.id !== 0) answering.tier.keep(answer, epoch);
  return answer;
}

/** One flight for all in this process who want the same answer, warm items among them. */
export function joinFlight(
  answering: Answering,
  request: FlightRequest,
  signal: AbortSignal,
  follow?: Follow,
): Promise<Landing> {
  return answering.inProgress.join(
    flightName(request),
    (shared, live) =>
      traced(answering, request, () =>
        (request.isInTurn ? flyInTurn : fly)(answering, request, shared, live),
      ),
    signal,
    follow,
  );
}

function traced<T>({ trace }: Answering, { requestId }: FlightRequest, work: () => T): T {
  return trace === undefined ? work() : trace(requestId, work);
}

/**
 * Those who want a new answer do not share with those who would take a confirmed one; nor those who ask after the
 * documents changed with those who asked before.
 */
function flightName({ projectId, key, corpusVersion, isRefresh }: FlightRequest): string {
  return `${projectId}:${key}:${corpusVersion}:${isRefresh ? 'refresh' : 'use'}`;
}

async function onlyConfirmed(
  answering: Answering,
  request: FlightRequest,
  signal: AbortSignal,
): Promise<Asked> {
  const epoch = answering.tier.epoch(request.projectId);
  const { confirmed } = await traced(answering, request, () => lookAgain(answering, request, signal));
  if (confirmed === null) {
    countMiss(answering, request);
    throw new Fault(
      'not_found',
      'not_cached',
      'No fresh answer to this question is cached: ask without "only" to make one.',
    );
  }
  answering.tier.keep(confirmed, epoch);
  return hit(answering, confirmed);
}

function hit(answering: Answering, answer: Answer): Asked {
  answering.hits.hit(answer);
  return { answer, cache: { status: 'hit', ageSeconds: ageOf(answering, answer) }, fallback: null };
}

function ageOf(answering: Answering, answer: Answer): number {
  return Math.max(0, Math.floor((answering.now() - answer.createdAt) / 1_000));
}
