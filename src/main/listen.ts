import { once } from 'node:events';
import { chmod, unlink } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { Fault } from '#domain/fault.ts';
import type { Config } from './config.ts';

const OWNER_AND_GROUP = 0o660;

/** Listens on the port, or on a Unix socket where one is set. @throws Fault conflict `port_in_use` */
export async function listen(server: Server, config: Config): Promise<void> {
  const { PREHEAT_HOST: host, PREHEAT_PORT: port, PREHEAT_SOCKET: socket } = config;
  if (socket === '') return begin(server, `${host}:${port}`, 'PREHEAT_PORT', () => server.listen(port, host));
  await removeStale(socket);
  await begin(server, socket, 'PREHEAT_SOCKET', () => server.listen(socket));
  // Who may open it is who may call, besides those with a key.
  await chmod(socket, OWNER_AND_GROUP);
}

async function begin(server: Server, where: string, setting: string, open: () => void): Promise<void> {
  const listening = once(server, 'listening');
  open();
  try {
    await listening;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'another program listens there' : message;
    const what = `Cannot listen on ${where}: ${why}. Set ${setting} to another one.`;
    throw new Fault('conflict', 'port_in_use', what, { cause });
  }
}

/** A socket that nobody listens on was left behind by a server that was killed. */
async function removeStale(path: string): Promise<void> {
  const code = await new Promise<string | undefined>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(undefined);
    });
    probe.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  if (code === 'ECONNREFUSED') await unlink(path);
}
