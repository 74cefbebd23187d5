import { TERMS_FORM } from '#domain/chunk-terms.ts';

const IS_OF_FORM = `substr(c.terms, 1, 1) is x'${TERMS_FORM.toString(16).padStart(2, '0')}'`;

/** Columns of a `TermRow`; the text, which is large, only where an older Preheat wrote the row. */
export const TERM_COLUMNS = `c.terms, c.identity, d.name,
  iif(${IS_OF_FORM}, null, c.headings) as headings, iif(${IS_OF_FORM}, null, c.paragraphs) as paragraphs`;
