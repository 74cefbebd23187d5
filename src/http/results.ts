import type * as wire from '#wire/index.ts';

type Lines = AsyncIterable<readonly wire.ResultLine[]>;

const UTF8 = new TextEncoder();

const COLUMNS = [
  'seq',
  'id',
  'status',
  'description',
  'found',
  'answer',
  'sources',
  'reason',
  'errorCode',
  'errorMessage',
  'failures',
  'startedAt',
  'endedAt',
  'payload',
  'result',
] as const;

/**
 * A batch's items as a stream of lines, a page at a time, as fast as the reader takes them.
 *
 * @throws what the first page throws, before anything was sent
 */
export async function streamResults(
  pages: Lines,
  format: 'jsonl' | 'csv',
): Promise<ReadableStream<Uint8Array>> {
  const iterator = pages[Symbol.asyncIterator]();
  const write = format === 'csv' ? csvLine : jsonLine;
  let next: IteratorResult<readonly wire.ResultLine[]> | null = await iterator.next();
  let head = format === 'csv' ? `${COLUMNS.join(',')}\r\n` : '';
  return new ReadableStream(
    {
      // A pull must end with bytes or with the end: one that brings neither is not repeated.
      async pull(controller) {
        for (;;) {
          const page = next ?? (await iterator.next());
          next = null;
          const lines = page.done === true ? '' : page.value.map(write).join('');
          const text = head + lines;
          head = '';
          if (text !== '') controller.enqueue(UTF8.encode(text));
          if (page.done === true) return controller.close();
          if (text !== '') return;
        }
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

function jsonLine(shown: wire.ResultLine): string {
  return `${JSON.stringify(shown)}\n`;
}

function csvLine(shown: wire.ResultLine): string {
  const { answer } = shown;
  const cells: Record<(typeof COLUMNS)[number], string | number | null> = {
    seq: shown.seq,
    id: shown.id,
    status: shown.status,
    description: shown.description,
    found: answer === null ? null : String(answer.found),
    answer: answer?.answer ?? null,
    sources: answer === null ? null : answer.citations.map(sourceOf).join('\n'),
    reason: shown.reason,
    errorCode: shown.error?.code ?? null,
    errorMessage: shown.error?.message ?? null,
    failures: shown.failures,
    startedAt: shown.startedAt,
    endedAt: shown.endedAt,
    payload: JSON.stringify(shown.payload),
    result: shown.result === null ? null : JSON.stringify(shown.result),
  };
  return `${COLUMNS.map((column) => csvCell(cells[column])).join(',')}\r\n`;
}

/** Such as `[1] travel.pdf, page 2` or `[2] leave.md › Leave › Sick leave`. */
function sourceOf({ number, document, headings, page }: wire.Citation): string {
  const place = page === null ? '' : `, page ${page}`;
  return `[${number}] ${[document, ...headings].join(' › ')}${place}`;
}

/**
 * A cell after RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe in front.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
