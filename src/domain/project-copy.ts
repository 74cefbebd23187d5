/** What goes along when a project is taken elsewhere, in the order in which it can be put in place. */
export const COPIED_KINDS = [
  'documents',
  'versions',
  'chunks',
  'chunk_vectors',
  'document_tags',
  'epochs',
  'answers',
  'answer_documents',
  'former_answers',
  'misses',
  'judgements',
  'judging_cases',
  'turns',
  'schedules',
  'webhooks',
  'records',
  'markers',
  'hours',
  'reports',
  'figures',
] as const;

export type CopiedKind = (typeof COPIED_KINDS)[number];

/**
 * Rows that others point at: they keep their order, and get a range of ids of their own where they arrive; reports one of the ids
 * of batches.
 */
export const NUMBERED_KINDS = ['reports', 'documents', 'versions', 'chunks', 'answers'] as const;
export type NumberedKind = (typeof NUMBERED_KINDS)[number];

export type CopiedValue = string | number | Uint8Array | null;
export type CopiedRow = Readonly<Record<string, CopiedValue>>;

/** The lowest and the highest id; null: there is none. */
export type IdRange = readonly [first: number, last: number];
export type IdRanges = Readonly<Record<NumberedKind, IdRange | null>>;

/** What the ids of a copy are raised by where it arrives. */
export type Shifts = Readonly<Record<NumberedKind, number>>;

/** Of the project itself. */
export interface CopiedProject {
  readonly settings: string;
  readonly embedder: string | null;
  readonly embedder_reach: string | null;
  readonly epoch: number;
  readonly epoch_chunks: number;
  readonly epoch_changed: number;
}

type Type = 'text' | 'number' | 'bytes';
/**
 * With `?`: or null. `@kind`: the id of a row of that kind, with `?` or 0, which is none. `filter`: what `filterText` gives.
 */
export type Column = Type | `${Type}?` | `@${NumberedKind}` | `@${NumberedKind}?` | 'filter';

/** The columns that go along. Whose they are, and how fresh they are held to be, is for the store where they arrive. */
const COPIED_COLUMNS = {
  documents: {
    id: '@documents',
    name: 'text',
    version_id: '@versions',
    created_at: 'number',
    updated_at: 'number',
    tags: 'text',
  },
  versions: {
    id: '@versions',
    document_id: '@documents',
    media_type: 'text',
    bytes: 'number',
    sha256: 'text',
    pages: 'number?',
    chunks: 'number',
    tokens: 'number',
    created_at: 'number',
    embedder: 'text',
    tags: 'text?',
  },
  chunks: {
    id: '@chunks',
    version_id: '@versions',
    number: 'number',
    headings: 'text',
    page: 'number?',
    paragraphs: 'text',
    tokens: 'number',
    vector: 'bytes',
    terms: 'bytes?',
    identity: 'text?',
  },
  chunk_vectors: { chunk_id: '@chunks', embedder: 'text', vector: 'bytes' },
  document_tags: { tag: 'text', document_id: '@documents' },
  epochs: { chunks: 'number', average_length: 'number', frequencies: 'bytes', created_at: 'number' },
  answers: {
    id: '@answers',
    key: 'text',
    question: 'text',
    filter: 'filter',
    found: 'number',
    text: 'text',
    citations: 'text',
    content: 'text',
    evidence: 'text',
    floor: 'number?',
    input_tokens: 'number',
    output_tokens: 'number',
    cost_micros: 'number?',
    profile: 'text',
    generator: 'text',
    created_at: 'number',
    expires_at: 'number',
    took_ms: 'number',
    hits: 'number',
    last_hit_at: 'number?',
    version: 'number',
    changed_at: 'number',
  },
  answer_documents: { document_id: '@documents', answer_id: '@answers' },
  former_answers: {
    answer_id: '@answers',
    version: 'number',
    found: 'number',
    text: 'text',
    citations: 'text',
    generator: 'text',
    changed_at: 'number',
    replaced_at: 'number',
  },
  misses: {
    key: 'text',
    question: 'text',
    filter: 'filter',
    misses: 'number',
    first_at: 'number',
    last_at: 'number',
  },
  judgements: {
    key: 'text',
    made_at: 'number',
    faithful: 'number',
    complete: 'number',
    why: 'text',
    judge: 'text',
    tokens: 'number',
    judged_at: 'number',
  },
  judging_cases: {
    answer_id: '@answers',
    made_at: 'number',
    due_at: 'number',
    attempts: 'number',
    code: 'text?',
    why: 'text?',
    failed_at: 'number?',
  },
  turns: {
    key: 'text',
    kind: 'text',
    form: 'text',
    model: 'text',
    bytes: 'number',
    input_tokens: 'number',
    output_tokens: 'number',
    created_at: 'number',
    expires_at: 'number',
    body: 'text',
  },
  schedules: {
    name: 'text',
    cron: 'text',
    time_zone: 'text',
    workload: 'text',
    priority: 'number',
    pace_ms: 'number?',
    options: 'text',
    item_count: 'number',
    created_at: 'number',
    updated_at: 'number',
    items: 'text',
  },
  webhooks: {
    kind: 'text',
    name: 'text',
    url: 'text?',
    events: 'text',
    wants_items: 'number',
    created_at: 'number',
    updated_at: 'number',
  },
  records: {
    kind: 'text',
    key: 'text',
    variant: 'text',
    name: 'text',
    skeleton: 'text?',
    value: 'text?',
    source: 'text',
    fetched_at: 'number',
    expires_at: 'number',
  },
  markers: {
    key: 'text',
    levels: 'number',
    works: 'number',
    co_authors: 'text',
    done_at: 'number',
    expires_at: 'number',
  },
  hours: {
    started_at: 'number',
    completed: 'number',
    failed: 'number',
    skipped: 'number',
    hits: 'number',
    misses: 'number',
    saved_ms: 'number',
    saved_tokens: 'number',
  },
  reports: {
    batch_id: '@reports',
    workload: 'text',
    name: 'text?',
    source_kind: 'text',
    source_detail: 'text?',
    options: 'text',
    created_at: 'number',
    started_at: 'number?',
    ended_at: 'number?',
    counts: 'text',
  },
  figures: { batch_id: '@reports?', started_at: 'number', name: 'text', value: 'number' },
} as const satisfies Record<CopiedKind, Readonly<Record<string, Column>>>;

export function columnsOf(kind: CopiedKind): readonly (readonly [name: string, type: Column])[] {
  return Object.entries(COPIED_COLUMNS[kind]);
}
