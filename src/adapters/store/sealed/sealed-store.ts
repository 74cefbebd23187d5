import type { Sealer } from '#ports/sealer.ts';
import type { Store } from '#ports/store/store.ts';
import { ABOUT } from './about.ts';
import { sealedCopies } from './copies.ts';
import { sealedAnswers, sealedFlights, sealedRewarm } from './answers.ts';
import { LIST, WORDS } from './forms.ts';
import { sealedItems } from './items.ts';
import { findSealed } from './find-sealed.ts';

/**
 * Any store, with words sealed before they come into it and opened when they leave it: questions, answers, payloads and
 * results of items, judgements, turns, schedules, kept responses. What rules and indexes go by stays as it is: keys and
 * digests, statuses, errors, names, documents with their words and vectors.
 *
 * @param finds it finds words in what is sealed by itself; otherwise rows are searched here, window by window
 */
export function sealStore(kept: Store, sealer: Sealer, { finds }: { readonly finds: boolean }): Store {
  const store = finds ? kept : withSearch(kept, sealer);
  return {
    ...store,
    ...sealedItems(store, sealer),
    answers: sealedAnswers(store, sealer),
    flights: sealedFlights(store, sealer),
    carried: sealedCarried(store, sealer),
    rewarm: sealedRewarm(store, sealer),
    misses: sealedMisses(store, sealer),
    judgements: sealedJudgements(store, sealer),
    turns: sealedTurns(store, sealer),
    copies: sealedCopies(store, sealer),
    schedules: sealedSchedules(store, sealer),
    idempotency: sealedResponses(store, sealer),
  };
}

function withSearch(store: Store, sealer: Sealer): Store {
  const { items, answers, misses } = findSealed(store, sealer);
  return {
    ...store,
    items: { ...store.items, ...items },
    answers: { ...store.answers, ...answers },
    misses: { ...store.misses, ...misses },
  };
}

function sealedCarried({ carried }: Store, sealer: Sealer): Store['carried'] {
  const open = (projectId: number, question: string): string =>
    WORDS.open(sealer, question, ABOUT.question(projectId));
  return {
    ...carried,
    async enrolled(projectId, request) {
      const answers = await carried.enrolled(projectId, request);
      return answers.map((answer) => ({ ...answer, question: open(projectId, answer.question) }));
    },
    async touched(projectId, corpusVersion, page) {
      const found = await carried.touched(projectId, corpusVersion, page);
      const items = found.items.map((answer) => ({
        ...answer,
        question: answer.question === null ? null : open(projectId, answer.question),
      }));
      return { ...found, items };
    },
  };
}

function sealedMisses({ misses }: Store, sealer: Sealer): Store['misses'] {
  const opened = <T extends { readonly question: string }>(projectId: number, rows: readonly T[]): T[] => {
    const about = ABOUT.question(projectId);
    return rows.map((row) => ({ ...row, question: WORDS.open(sealer, row.question, about) }));
  };
  return {
    ...misses,
    count(projectId, missed, now) {
      const about = ABOUT.question(projectId);
      const sealed = missed.map((miss) => ({ ...miss, question: WORDS.seal(sealer, miss.question, about) }));
      return misses.count(projectId, sealed, now);
    },
    async list(projectId, filter, page) {
      const found = await misses.list(projectId, filter, page);
      const items = opened(projectId, found.items).map((group) => ({
        ...group,
        wordings: opened(projectId, group.wordings),
      }));
      return { ...found, items };
    },
    ungrouped: async (projectId, embedder, limit) =>
      opened(projectId, await misses.ungrouped(projectId, embedder, limit)),
    heads: async (projectId, embedder) => opened(projectId, await misses.heads(projectId, embedder)),
  };
}

function sealedJudgements({ judgements }: Store, sealer: Sealer): Store['judgements'] {
  return {
    ...judgements,
    put: (judgement, claimed) =>
      judgements.put(
        {
          ...judgement,
          why: WORDS.seal(sealer, judgement.why, ABOUT.why(judgement.projectId, judgement.key)),
        },
        claimed,
      ),
    async find(projectId, key, madeAt) {
      const found = await judgements.find(projectId, key, madeAt);
      if (found === null) return null;
      return { ...found, why: WORDS.open(sealer, found.why, ABOUT.why(projectId, key)) };
    },
    async list(projectId, filter, page) {
      const found = await judgements.list(projectId, filter, page);
      const items = found.items.map(({ judgement, question, ...rest }) => ({
        ...rest,
        question: WORDS.open(sealer, question, ABOUT.question(projectId)),
        judgement: {
          ...judgement,
          why: WORDS.open(sealer, judgement.why, ABOUT.why(projectId, judgement.key)),
        },
      }));
      return { ...found, items };
    },
  };
}

function sealedTurns({ turns }: Store, sealer: Sealer): Store['turns'] {
  return {
    ...turns,
    async find(projectId, keys) {
      const found = await turns.find(projectId, keys);
      return found.map((turn) => ({
        ...turn,
        body: WORDS.open(sealer, turn.body, ABOUT.turn(projectId, turn.key)),
      }));
    },
    put: (given) =>
      turns.put(
        given.map((turn) => ({
          ...turn,
          bytes: turn.bytes ?? Buffer.byteLength(turn.body),
          body: WORDS.seal(sealer, turn.body, ABOUT.turn(turn.projectId, turn.key)),
        })),
      ),
  };
}

function sealedSchedules({ schedules }: Store, sealer: Sealer): Store['schedules'] {
  return {
    ...schedules,
    create: (schedule, now) =>
      schedules.create(
        { ...schedule, items: LIST.seal(sealer, schedule.items, ABOUT.schedule(schedule.projectId)) },
        now,
      ),
    change(projectId, scheduleId, { items, ...rest }, now) {
      if (items === undefined) return schedules.change(projectId, scheduleId, rest, now);
      const sealed = LIST.seal(sealer, items, ABOUT.schedule(projectId));
      return schedules.change(projectId, scheduleId, { ...rest, items: sealed }, now);
    },
    async find(projectId, scheduleId) {
      const found = await schedules.find(projectId, scheduleId);
      if (found === null) return null;
      return { ...found, items: LIST.open(sealer, found.items, ABOUT.schedule(projectId)) };
    },
    async due(now, limit) {
      const due = await schedules.due(now, limit);
      return due.map((schedule) => ({
        ...schedule,
        items: LIST.open(sealer, schedule.items, ABOUT.schedule(schedule.projectId)),
      }));
    },
  };
}

function sealedResponses({ idempotency }: Store, sealer: Sealer): Store['idempotency'] {
  const about = ({
    projectId,
    operation,
    key,
  }: {
    projectId: number;
    operation: string;
    key: string;
  }): string => ABOUT.response(projectId, `${operation} ${key}`);
  return {
    ...idempotency,
    async begin(claim, owner, now) {
      const begun = await idempotency.begin(claim, owner, now);
      if (begun.kind !== 'done') return begun;
      const body = WORDS.open(sealer, begun.response.body, about(claim));
      return { ...begun, response: { ...begun.response, body } };
    },
    finish(claim, bodyHash, response, now) {
      const body = WORDS.seal(sealer, response.body, about(claim));
      return idempotency.finish(claim, bodyHash, { ...response, body }, now);
    },
  };
}
