import { createServer } from 'node:net';

/** Above them are the ports that systems give away by themselves, for connections and for servers on port 0. */
const FIRST = 12_000;
const LAST = 32_000;
const MOST_TRIES = 200;

/**
 * For tests: a port of this machine that is free, and stays so while whoever asked for it is away. One that the system
 * gave away may be given to the next before it is used, or while a server is restarted.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port among ${MOST_TRIES} between ${FIRST} and ${LAST}.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
