import type { FileEnd } from '../folders/send-files.ts';
import { LiveBlock } from './live-block.ts';
import type { Shown } from './progress-view.ts';
import { progressBlock } from './progress-view.ts';
import { showNumber } from './show-count.ts';
import type { Paint, Terminal } from './terminal.ts';
import { clip } from './visible-text.ts';

/** Shows files as they come to their end: a line for each, and below them the bar of all. */
export class FileList {
  readonly #terminal: Terminal;
  readonly #block: LiveBlock;
  #shown: Shown | null = null;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#block = new LiveBlock(terminal);
  }

  file(end: FileEnd): void {
    const { out, width, paint, isLive } = this.#terminal;
    if (isLive) this.#block.end('clear');
    out(`${fileLine(end, width(), paint)}\n`);
    this.#draw();
  }

  progress(shown: Shown): void {
    this.#shown = shown;
    this.#draw();
  }

  end(): void {
    this.#block.end('clear');
  }

  #draw(): void {
    const { isLive, width, paint } = this.#terminal;
    if (isLive && this.#shown !== null) this.#block.draw(['', ...progressBlock(this.#shown, width(), paint)]);
  }
}

/** What shows files, to people or to programs. */
export function fileListFor(
  terminal: Terminal,
  isJson: boolean,
): Pick<FileList, 'file' | 'progress' | 'end'> {
  if (!isJson) return new FileList(terminal);
  return {
    file: (end) => terminal.out(`${JSON.stringify({ event: 'file', ...end })}\n`),
    progress: () => undefined,
    end: () => undefined,
  };
}

/** `Indexed 12 of 14; 1 unchanged; 1 failed`. */
export function filesLine(ends: readonly FileEnd[], total: number): string {
  const of = (status: FileEnd['status']): number => ends.filter((end) => end.status === status).length;
  const rest = [
    [of('skipped'), 'unchanged'],
    [of('failed'), 'failed'],
    [of('cancelled'), 'cancelled'],
  ] as const;
  const parts = rest.filter(([count]) => count > 0).map(([count, word]) => `${showNumber(count)} ${word}`);
  if (of('skipped') === total) return `Nothing to index: all ${showNumber(total)} unchanged`;
  return [`Indexed ${showNumber(of('completed'))} of ${showNumber(total)}`, ...parts].join('; ');
}

const NAME_COLUMNS = 40;

function fileLine({ name, status, detail }: FileEnd, width: number, paint: Paint): string {
  const mark = {
    completed: paint.accent('✓'),
    skipped: paint.dim('–'),
    failed: paint.bad('✗'),
    cancelled: paint.bad('✗'),
  };
  // A reason is never cut: it is what has to be read.
  if (status === 'failed') return `  ${mark.failed} ${clip(name, width - 4)}\n    ${detail}`;
  const shown = clip(name, NAME_COLUMNS).padEnd(NAME_COLUMNS);
  return `  ${mark[status]} ${shown}  ${paint.dim(clip(detail, Math.max(10, width - NAME_COLUMNS - 6)))}`;
}
