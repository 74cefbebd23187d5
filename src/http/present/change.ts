import type { App } from '#core/app.ts';
import { showId } from '#domain/ids.ts';
import type * as wire from '#wire/index.ts';
import { iso } from './value.ts';

type Change = Awaited<ReturnType<App['changes']['list']>>['items'][number];
type Touched = Awaited<ReturnType<App['changes']['touched']>>['items'][number];

export function presentCorpusChange(change: Change): wire.CorpusChange {
  const { corpusVersion, documentId, document, kind, reach, answers, touched, at } = change;
  const { kept, same, different, dropped } = change;
  return {
    id: showId('change', corpusVersion),
    corpusVersion,
    documentId: documentId === null ? null : showId('document', documentId),
    document,
    kind,
    reach,
    answers,
    touched,
    outcomes: { kept, same, different, dropped },
    at: iso(at),
  };
}

export function presentTouched({ answerId, question, outcome }: Touched): wire.TouchedAnswer {
  return { answerId: showId('answer', answerId), question, outcome };
}
