import type { DatabaseSync } from 'node:sqlite';
import { auditScans } from './audit.ts';
import { answerScans } from './answers.ts';
import { batchScans } from './batches/scan.ts';
import { carriedScans } from './carried-scans.ts';
import { documentScans } from './documents.ts';
import { figureScans } from './figures.ts';
import { holdingScans } from './holdings.ts';
import { itemScans } from './items/scan.ts';
import { caseScans } from './cases.ts';
import { judgementScans } from './judgements.ts';
import { missScans } from './misses.ts';
import { rewarmScans } from './rewarm.ts';
import { recordScans } from './records.ts';
import { sealScans } from './seals.ts';
import { turnScans } from './turns.ts';

/** Reads that may take long, as the scan thread runs them. */
export function scanVerbs(db: DatabaseSync) {
  return {
    batches: batchScans(db),
    items: itemScans(db),
    answers: answerScans(db),
    carried: carriedScans(db),
    misses: missScans(db),
    rewarm: rewarmScans(db),
    judgements: judgementScans(db),
    cases: caseScans(db),
    records: recordScans(db),
    turns: turnScans(db),
    seals: sealScans(db),
    holdings: holdingScans(db),
    figures: figureScans(db),
    documents: documentScans(db),
    audit: auditScans(db),
  };
}
