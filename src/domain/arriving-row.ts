import { filterOf, filterText } from './passage-filter.ts';
import { columnsOf } from './project-copy.ts';
import type {
  Column,
  CopiedKind,
  CopiedRow,
  CopiedValue,
  IdRange,
  IdRanges,
  NumberedKind,
  Shifts,
} from './project-copy.ts';

/**
 * A row under the ids that it gets where it arrives; a text that says why not, when a value is of another type or points
 * out of the copy: what arrives never points at rows that were there before.
 */
export function arrivingRow(kind: CopiedKind, row: CopiedRow, moves: IdMoves): CopiedRow | string {
  const entries: [string, CopiedValue][] = [];
  for (const [name, column] of columnsOf(kind)) {
    const arriving = arrivingValue(column, row[name] ?? null, moves);
    if ('problem' in arriving) return `${name} ${arriving.problem}`;
    entries.push([name, arriving.value]);
  }
  return { ...Object.fromEntries(entries), ...pointersIn(kind, row, moves) };
}

/** What ids a copy has, and what they are raised by. */
export interface IdMoves {
  readonly ranges: IdRanges;
  readonly shifts: Shifts;
}

type Arriving = { readonly value: CopiedValue } | { readonly problem: string };

function arrivingValue(column: Column, value: CopiedValue, moves: IdMoves): Arriving {
  if (column === 'filter') return { value: movedFilter(value, moves) };
  if (!column.startsWith('@'))
    return isOf(column, value) ? { value } : { problem: `is not of the type ${column}` };
  if (column.endsWith('?') && value === 0) return { value };
  const target = column.slice(1).replace('?', '') as NumberedKind;
  if (!isInside(value, moves.ranges[target])) return { problem: 'points out of the copy' };
  return { value: (value as number) + moves.shifts[target] };
}

function isInside(id: unknown, range: IdRange | null): boolean {
  return (
    range !== null && Number.isSafeInteger(id) && (id as number) >= range[0] && (id as number) <= range[1]
  );
}

function isOf(type: string, value: CopiedValue): boolean {
  if (value === null) return type.endsWith('?');
  if (type.startsWith('bytes')) return value instanceof Uint8Array;
  if (type.startsWith('number')) return Number.isFinite(value);
  return typeof value === 'string';
}

/** 0: it is not among what was copied. */
function movedId(target: NumberedKind, id: unknown, { ranges, shifts }: IdMoves): number {
  return isInside(id, ranges[target]) ? (id as number) + shifts[target] : 0;
}

/** Older copies know no filters. */
function movedFilter(value: CopiedValue, moves: IdMoves): string {
  const { documents, tags } = filterOf((value ?? '') as string);
  return filterText({ documents: documents.map((id) => movedId('documents', id, moves)), tags });
}

/** Documents and chunks that an answer names in what it keeps as JSON. */
function pointersIn(kind: CopiedKind, row: CopiedRow, moves: IdMoves): CopiedRow {
  if (kind !== 'answers' && kind !== 'former_answers') return {};
  const moved = (target: NumberedKind, id: unknown): number => movedId(target, id, moves);
  const citations = (JSON.parse(row['citations'] as string) as Record<string, unknown>[]).map((each) => ({
    ...each,
    documentId: moved('documents', each['documentId']),
    chunkId: moved('chunks', each['chunkId']),
  }));
  if (kind === 'former_answers') return { citations: JSON.stringify(citations) };
  const { paragraphs, ...rest } = JSON.parse(row['evidence'] as string) as {
    paragraphs: readonly Record<string, unknown>[];
  };
  const evidence = {
    paragraphs: paragraphs.map((each) => ({ ...each, documentId: moved('documents', each['documentId']) })),
    ...rest,
  };
  return { citations: JSON.stringify(citations), evidence: JSON.stringify(evidence) };
}
