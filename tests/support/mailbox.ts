import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { createInterface } from 'node:readline';

const ANSWERS: Readonly<Record<string, string>> = {
  EHLO: '250 mailbox\r\n',
  DATA: '354 go on\r\n',
};

/** A mail server on loopback that speaks the protocol and keeps what comes. */
export class Mailbox {
  readonly letters: string[] = [];
  readonly #server: Server;
  #waiting: (() => void)[] = [];

  private constructor() {
    this.#server = createServer((socket) => {
      let letter: string[] | null = null;
      socket.on('error', () => undefined);
      socket.write('220 mailbox ESMTP\r\n');
      createInterface({ input: socket }).on('line', (line) => {
        if (letter === null) {
          const [word = ''] = line.toUpperCase().split(/[ :]/);
          if (word === 'DATA') letter = [];
          if (word === 'QUIT') return void socket.end('221 bye\r\n');
          return void socket.write(ANSWERS[word] ?? '250 ok\r\n');
        }
        if (line !== '.') return void letter.push(line);
        this.letters.push(letter.join('\n'));
        letter = null;
        socket.write('250 2.0.0 kept\r\n');
        for (const resolve of this.#waiting.splice(0)) resolve();
      });
    });
  }

  static async open(): Promise<Mailbox> {
    const mailbox = new Mailbox();
    mailbox.#server.listen(0, '127.0.0.1');
    await once(mailbox.#server, 'listening');
    return mailbox;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async until(count: number): Promise<readonly string[]> {
    while (this.letters.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.letters;
  }

  close(): void {
    this.#server.close();
  }
}
