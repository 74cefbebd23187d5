import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** For tests: a way to a server of this machine on which what it answers can be held back. */
export interface SlowPort {
  readonly port: number;
  /** What comes from now on arrives so much later. */
  delay(ms: number): void;
  close(): void;
}

export async function openSlowPort(target: number): Promise<SlowPort> {
  let delayMs = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    near.on('data', (bytes) => far.write(bytes));
    // Timers of one length fire in the order in which they were set, so nothing is overtaken while it stays.
    far.on('data', (bytes) => void setTimeout(() => near.destroyed || near.write(bytes), delayMs));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => {
    server.once('listening', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    delay: (ms) => void (delayMs = ms),
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
