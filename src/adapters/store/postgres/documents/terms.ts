import { TERMS_FORM } from '#domain/chunk-terms.ts';

const FORM = TERMS_FORM.toString(16).padStart(2, '0');
const IS_OF_FORM = `substring(c.terms from 1 for 1) is not distinct from decode('${FORM}', 'hex')`;

/** Columns of a `TermRow`; the text, which is large, only where an older Preheat wrote the row. */
export const TERM_COLUMNS = `c.terms, c.identity, d.name,
  case when ${IS_OF_FORM} then null else c.headings end as headings,
  case when ${IS_OF_FORM} then null else c.paragraphs end as paragraphs`;
