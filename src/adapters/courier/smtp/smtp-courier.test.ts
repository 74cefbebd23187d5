import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { SmtpCourier } from './smtp-courier.ts';

interface Mailbox {
  readonly url: string;
  readonly lines: readonly string[];
  readonly letters: readonly string[];
}

/** A mail server on loopback that speaks the protocol; `refuse` names a command and what it is answered. */
async function openMailbox(t: TestContext, refuse: Readonly<Record<string, string>> = {}): Promise<Mailbox> {
  const lines: string[] = [];
  const letters: string[] = [];
  const server = createServer((socket) => {
    let letter: string[] | null = null;
    socket.on('error', () => undefined);
    socket.write('220 mailbox ESMTP\r\n');
    createInterface({ input: socket }).on('line', (line) => {
      if (letter !== null) {
        if (line !== '.') return void letter.push(line);
        letters.push(letter.join('\n'));
        letter = null;
        return void socket.write('250 2.0.0 kept\r\n');
      }
      lines.push(line);
      const [word = ''] = line.toUpperCase().split(/[ :]/);
      if (refuse[word] !== undefined) return void socket.write(`${refuse[word]}\r\n`);
      if (word === 'DATA') letter = [];
      if (word === 'QUIT') return void socket.end('221 bye\r\n');
      socket.write(ANSWERS[word] ?? '250 ok\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `smtp://me:secret@127.0.0.1:${port}`, lines, letters };
}

const ANSWERS: Readonly<Record<string, string>> = {
  EHLO: '250-mailbox\r\n250 AUTH PLAIN LOGIN\r\n',
  AUTH: '235 2.7.0 you are\r\n',
  DATA: '354 go on\r\n',
};

const PARCEL = {
  url: 'mailto:ops@example.com',
  headers: { 'webhook-id': 'dlv_1_a' },
  body: JSON.stringify({
    type: 'alert.raised',
    timestamp: '2026-11-26T08:00:00.000Z',
    data: {
      project: 'default',
      kind: 'backlog',
      message: '300 items wait.\r\nBcc: all@example.com',
      value: 300,
    },
  }),
};

function courierTo(t: TestContext, url: string): SmtpCourier {
  const courier = new SmtpCourier({ url, from: 'preheat@example.com', timeoutMs: 60_000 });
  t.after(() => courier.close());
  return courier;
}

test('an alert is sent as a letter with its words, and a name in it begins no header', async (t) => {
  const mailbox = await openMailbox(t);
  const courier = courierTo(t, mailbox.url);
  const receipt = await courier.send({ ...PARCEL, signal: AbortSignal.timeout(120_000) });
  assert.deepEqual(receipt, { kind: 'answered', status: 250, retryAfterMs: null });
  assert.ok(mailbox.lines.includes('MAIL FROM:<preheat@example.com>'), mailbox.lines.join('\n'));
  assert.ok(mailbox.lines.includes('RCPT TO:<ops@example.com>'));
  const [head = '', text = ''] = mailbox.letters[0]?.split('\n\n') ?? [];
  assert.match(head, /^Subject: \[Preheat\] alert\.raised backlog \(default\)$/m);
  assert.match(head, /^Message-ID: <dlv_1_a@preheat>$/m);
  assert.ok(!/^Bcc/m.test(head));
  assert.match(text, /300 items wait/);
});

test('what the mail server says of a letter is its status, and a server that is away is told as such', async (t) => {
  const refusing = await openMailbox(t, { RCPT: '550 5.1.1 nobody of that name' });
  const parcel = { ...PARCEL, signal: AbortSignal.timeout(120_000) };
  assert.deepEqual(await courierTo(t, refusing.url).send(parcel), {
    kind: 'answered',
    status: 550,
    retryAfterMs: null,
  });
  const away = await courierTo(t, 'smtp://127.0.0.1:1').send(parcel);
  assert.deepEqual(away, { kind: 'failed', error: 'unreachable' });
});

test('an address is one mail address, and without a mail server none is taken', (t) => {
  const courier = courierTo(t, 'smtp://127.0.0.1:1');
  assert.equal(courier.refusal('mailto:ops@example.com'), null);
  for (const url of ['mailto:a@b,c@d', 'mailto:a@b?bcc=c@d', 'mailto:nobody', 'mailto:"a b"@c.org'])
    assert.match(courier.refusal(url) ?? '', /one mail address/, url);
  assert.match(courierTo(t, '').refusal('mailto:ops@example.com') ?? '', /PREHEAT_SMTP_URL/);
});
