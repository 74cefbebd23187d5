import { askCatalogues } from '#core/catalogue/ask-catalogues.ts';
import type { Told } from '#core/catalogue/ask-catalogues.ts';
import { authorKey } from '#domain/author-name.ts';
import type { CoAuthor } from '#domain/catalogue.ts';
import type { Work } from '#domain/work.ts';
import type { Catalogue, FoundAuthor } from '#ports/catalogue.ts';
import type { AuthorRun } from './author-run.ts';

/** Subjects that half of all books have say nothing about one author. */
const TOO_WIDE =
  /^(?:fiction|general|novels?|literature|large type books|accessible book|protected daisy|in library|overdrive|history|english)/i;

/**
 * Authors who write on what this one writes on most, when the batch asks for that and the author is of its list. One call
 * for each author; whatever goes wrong with it, the works are there.
 */
export async function bySubject(
  run: AuthorRun,
  told: Told<FoundAuthor>,
  catalogues: readonly Catalogue[],
): Promise<readonly CoAuthor[]> {
  const { options, payload, levels, deps } = run;
  if (options.subjects === 0 || payload.depth > 0 || levels === 0) return [];
  const subject = mainSubject(told.value.works);
  if (subject === null) return [];
  const call = {
    projectId: run.item.projectId,
    signal: run.context.signal,
    isUrgent: false,
    spending: run.spending,
  };
  const own = authorKey(told.value.name);
  const found = await askCatalogues(catalogues, deps.clock, async (catalogue) =>
    catalogue.authorsOn === null ? null : catalogue.authorsOn(subject, options.subjects + 1, call),
  ).catch(() => null);
  return (found?.value ?? [])
    .filter(({ name }) => authorKey(name) !== own)
    .slice(0, options.subjects)
    .map(({ name, keys }) => ({ name, keys, through: subject }));
}

/** The subject that most of the works have. */
function mainSubject(works: readonly Work[]): string | null {
  const counts = new Map<string, number>();
  for (const subject of works.flatMap((work) => work.subjects)) {
    if (!TOO_WIDE.test(subject) && subject.length <= 60) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}
