import type { Terminal } from './terminal.ts';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE = '\u001b[K';
const CLEAR_TO_END = '\u001b[0J';

/** A few lines at the end of the terminal that are drawn anew as things change. */
export class LiveBlock {
  readonly #terminal: Terminal;
  #lines = 0;
  #isHiding = false;
  readonly #showCursor = (): void => this.#terminal.out(SHOW_CURSOR);

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Each line has to fit the width: a wrapped one would be counted wrong. */
  draw(lines: readonly string[]): void {
    if (!this.#isHiding) {
      this.#isHiding = true;
      this.#terminal.out(HIDE_CURSOR);
      process.once('exit', this.#showCursor);
    }
    this.#terminal.out(`${this.#back()}${lines.join(`${CLEAR_LINE}\n`)}${CLEAR_TO_END}`);
    this.#lines = lines.length;
  }

  /** Takes the lines away, or leaves them standing, and gives the cursor back. */
  end(how: 'clear' | 'keep'): void {
    if (!this.#isHiding) return;
    this.#terminal.out(how === 'clear' ? `${this.#back()}${CLEAR_TO_END}` : '\n');
    this.#terminal.out(SHOW_CURSOR);
    process.removeListener('exit', this.#showCursor);
    this.#isHiding = false;
    this.#lines = 0;
  }

  #back(): string {
    if (this.#lines === 0) return '';
    return this.#lines === 1 ? '\r' : `\u001b[${this.#lines - 1}A\r`;
  }
}
