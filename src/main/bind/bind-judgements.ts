import { JUDGE_FIGURES } from '#core/answers/judge.ts';
import type { App } from '#core/app.ts';
import type { Figures } from '#domain/catalogue.ts';
import type { Clock } from '#ports/log.ts';
import type { Store } from '#ports/store/store.ts';

/** Binds the verbs of judgements to their parts. */
export function bindJudgements(
  store: Pick<Store, 'judgements' | 'cases' | 'figures'>,
  clock: Clock,
): App['judgements'] {
  return {
    find: (project, { key, createdAt }) => store.judgements.find(project.id, key, createdAt),
    list: (project, filter, page) => store.judgements.list(project.id, filter, page),
    state: (project) => store.cases.state(project.id),
    retry: (project) => store.cases.retry(project.id, clock()),
    async hours(project, since) {
      const hours = await store.figures.byHour(project.id, since);
      return hours.flatMap(({ startedAt, figures }) => {
        const judged = figures[JUDGE_FIGURES.answers] ?? 0;
        return judged === 0 ? [] : [{ startedAt, judged, ...meansOf(figures, judged) }];
      });
    },
  };
}

function meansOf(figures: Figures, judged: number) {
  return {
    faithful: (figures[JUDGE_FIGURES.faithful] ?? 0) / judged,
    complete: (figures[JUDGE_FIGURES.complete] ?? 0) / judged,
    tokens: figures[JUDGE_FIGURES.tokens] ?? 0,
  };
}
