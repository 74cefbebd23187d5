import type { Answer, FormerAnswer, NewAnswer } from '#domain/answer.ts';
import type { Sealer } from '#ports/sealer.ts';
import type { AnswerStore, FoundAgain, LookedAt } from '#ports/store/answers.ts';
import type { Store } from '#ports/store/store.ts';
import { contentDigest } from '../sql/answer-rows.ts';
import { ABOUT } from './about.ts';
import { CITATIONS, WORDS } from './forms.ts';

/** Answers that one call drops by their ids. */
const DROP_STEP = 1_000;

/** Answers whose question, text and citations are sealed. What they say is told apart by a digest, made before. */
export function sealedAnswers({ answers }: Store, sealer: Sealer): AnswerStore {
  const opened = async (found: Promise<Answer | null>): Promise<Answer | null> => {
    const answer = await found;
    return answer === null ? null : openAnswer(sealer, answer);
  };
  const all = async (found: Promise<readonly Answer[]>): Promise<readonly Answer[]> =>
    (await found).map((answer) => openAnswer(sealer, answer));
  return {
    ...answers,
    findByKey: (projectId, key) => opened(answers.findByKey(projectId, key)),
    findByKeys: (projectId, keys) => all(answers.findByKeys(projectId, keys)),
    find: (projectId, answerId) => opened(answers.find(projectId, answerId)),
    put: (answer, flight) => answers.put(sealAnswer(sealer, answer), flight),
    async confirm(looked, found) {
      const moved = found.moved ?? null;
      if (moved === null) return answers.confirm(looked, found);
      const sealed = await sealMoved({ answers, sealer }, looked, moved);
      return sealed === null ? false : answers.confirm(looked, { ...found, moved: sealed });
    },
    async drop(projectId, { text, ...rest }) {
      if (text === undefined) return answers.drop(projectId, rest);
      let dropped = 0;
      let cursor: string | null = null;
      do {
        const found = await answers.list(projectId, { ...rest, text }, { cursor, limit: DROP_STEP });
        const answerIds = found.items.map(({ id }) => id);
        if (answerIds.length > 0) dropped += await answers.drop(projectId, { ...rest, answerIds });
        cursor = found.next;
      } while (cursor !== null);
      return dropped;
    },
    async list(projectId, filter, page) {
      const found = await answers.list(projectId, filter, page);
      return { ...found, items: found.items.map((answer) => openAnswer(sealer, answer)) };
    },
    async former(projectId, answerId) {
      const former = await answers.former(projectId, answerId);
      if (former === null) return null;
      const answer = await answers.find(projectId, answerId);
      return answer === null ? null : openWords<FormerAnswer>(sealer, answer, former);
    },
  };
}

export function sealedRewarm({ rewarm }: Store, sealer: Sealer): Store['rewarm'] {
  const opened = (answers: readonly Answer[]): Answer[] =>
    answers.map((answer) => openAnswer(sealer, answer));
  return {
    ...rewarm,
    suspects: async (projectId, request) => opened(await rewarm.suspects(projectId, request)),
    due: async (projectId, request) => opened(await rewarm.due(projectId, request)),
  };
}

export function sealAnswer(sealer: Sealer, answer: NewAnswer): NewAnswer {
  const { projectId, key } = answer;
  if (sealer.newest === null) return answer;
  return {
    ...answer,
    content: contentDigest(answer),
    question: WORDS.seal(sealer, answer.question, ABOUT.question(projectId)),
    text: WORDS.seal(sealer, answer.text, ABOUT.text(projectId, key)),
    citations: CITATIONS.seal(sealer, answer.citations, ABOUT.citations(projectId, key)),
  };
}

/** Who waited for a flight gets the answer that it brought. */
export function sealedFlights({ flights }: Store, sealer: Sealer): Store['flights'] {
  return {
    ...flights,
    async board(projectId, key, corpusVersion, request) {
      const boarded = await flights.board(projectId, key, corpusVersion, request);
      return boarded.kind === 'landed' ? { ...boarded, answer: openAnswer(sealer, boarded.answer) } : boarded;
    },
  };
}

function openAnswer(sealer: Sealer, answer: Answer): Answer {
  const question = WORDS.open(sealer, answer.question, ABOUT.question(answer.projectId));
  return openWords(sealer, answer, { ...answer, question });
}

function openWords<T extends Pick<Answer, 'text' | 'citations'>>(
  sealer: Sealer,
  { projectId, key }: Pick<Answer, 'projectId' | 'key'>,
  kept: T,
): T {
  return {
    ...kept,
    text: WORDS.open(sealer, kept.text, ABOUT.text(projectId, key)),
    citations: CITATIONS.open(sealer, kept.citations, ABOUT.citations(projectId, key)),
  };
}

/** Its digest is made of its text, which stays. Null: it is another answer by now, or gone. */
async function sealMoved(
  { answers, sealer }: { readonly answers: AnswerStore; readonly sealer: Sealer },
  looked: LookedAt,
  moved: NonNullable<FoundAgain['moved']>,
): Promise<NonNullable<FoundAgain['moved']> | null> {
  const kept = await answers.find(looked.projectId, looked.id);
  if (kept === null || kept.createdAt !== looked.createdAt) return null;
  const { projectId, key } = kept;
  const { text } = openWords(sealer, kept, kept);
  return {
    ...moved,
    content: contentDigest({ found: kept.found, text, citations: moved.citations }),
    citations: CITATIONS.seal(sealer, moved.citations, ABOUT.citations(projectId, key)),
  };
}
