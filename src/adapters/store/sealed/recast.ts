import type { Sealer } from '#ports/sealer.ts';
import type { SealedKind, SealedRow } from '#ports/store/seals.ts';
import { ABOUT } from './about.ts';
import { CITATIONS, LIST, OBJECT, WORDS } from './forms.ts';
import type { Form } from './forms.ts';

/** What is kept sealed of each kind, in the order of `SealedRow.values`. */
const COLUMNS: Readonly<Record<SealedKind, readonly Column[]>> = {
  items: [
    json(OBJECT, ({ projectId }) => ABOUT.payload(projectId)),
    json(OBJECT, ({ projectId }) => ABOUT.result(projectId)),
  ],
  answers: [question(), text(), citations()],
  former_answers: [text(), citations()],
  misses: [question()],
  judgements: [words(({ projectId, key }) => ABOUT.why(projectId, key ?? ''))],
  turns: [words(({ projectId, key }) => ABOUT.turn(projectId, key ?? ''))],
  schedules: [json(LIST, ({ projectId }) => ABOUT.schedule(projectId))],
  responses: [words(({ projectId, key }) => ABOUT.response(projectId, key ?? ''))],
};

/** The values of a row as they would be kept now; null: that is how they are kept. */
export function recast(sealer: Sealer, kind: SealedKind, row: SealedRow): readonly (string | null)[] | null {
  const columns = COLUMNS[kind];
  const values = row.values.map((value, i) =>
    value === null ? null : (columns[i] as Column)(sealer, row, value),
  );
  return values.every((value, i) => value === row.values[i]) ? null : values;
}

type Column = (sealer: Sealer, row: SealedRow, kept: string) => string;
type About = (row: SealedRow) => string;

function words(about: About): Column {
  return (sealer, row, kept) => recastAs(WORDS, sealer, { kept, about: about(row) });
}

/** A value that is kept as JSON. */
function json<T>(form: Form<T>, about: About): Column {
  return (sealer, row, kept) => {
    const value = JSON.parse(kept) as T;
    const anew = recastAs(form, sealer, { kept: value, about: about(row) });
    return anew === value ? kept : JSON.stringify(anew);
  };
}

function recastAs<T>(form: Form<T>, sealer: Sealer, { kept, about }: { kept: T; about: string }): T {
  return form.isCurrent(sealer, kept) ? kept : form.seal(sealer, form.open(sealer, kept, about), about);
}

function question(): Column {
  return words(({ projectId }) => ABOUT.question(projectId));
}

function text(): Column {
  return words(({ projectId, key }) => ABOUT.text(projectId, key ?? ''));
}

function citations(): Column {
  return json(CITATIONS, ({ projectId, key }) => ABOUT.citations(projectId, key ?? ''));
}
