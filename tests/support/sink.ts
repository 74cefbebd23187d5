import type { TextSink } from '#ports/model.ts';

/** Keeps what was written since the last restart. */
export class Sink implements TextSink {
  text = '';
  writes = 0;
  restarts = 0;

  write(text: string): void {
    this.text += text;
    this.writes += 1;
  }

  restart(): void {
    this.text = '';
    this.restarts += 1;
  }
}
