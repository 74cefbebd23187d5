import { hash } from 'node:crypto';
import { Fault } from '#domain/fault.ts';
import * as wire from '#wire/index.ts';
import { type Endpoint, onServer } from '../endpoint.ts';
import { addressOf } from '../middleware/address.ts';
import { noteChange } from '../middleware/audit.ts';
import { AttemptLimit } from '../middleware/attempt-limit.ts';
import { newSession, sessionCookie, sessionIn } from '../middleware/session-cookie.ts';
import { presentAccess } from '../present/key.ts';
import { empty, json } from '../reply.ts';

const TAG = 'Session';

/** One set for each server: it counts wrong keys. */
export function sessionEndpoints(): readonly Endpoint[] {
  return [signInWith(new AttemptLimit()), who, signOut];
}

function signInWith(attempts: AttemptLimit): Endpoint {
  return onServer({
    method: 'post',
    path: '/session',
    tag: TAG,
    scope: null,
    isOpen: true,
    // Noted below, under the name of the key that was shown.
    isUnaudited: true,
    summary: 'Sign in to the admin page with a key',
    description: 'Leaves a cookie that scripts cannot read; the key itself is not kept in the browser.',
    body: wire.SignIn,
    replies: { 200: wire.Session },
    handle: async (call, parts) => {
      const { c, body } = call;
      const { app, gate, settings } = parts;
      const address = addressOf(c, settings.trustedProxies) ?? 'an unknown address';
      attempts.check(address);
      const { access, keyHash } = await gate.admit(c, body.key).catch((error: unknown) => {
        if (error instanceof Fault && error.code === 'key_wrong') attempts.fail(address);
        throw error;
      });
      const session = newSession();
      const { expiresAt } = await app.door.openSession(hash('sha256', session), keyHash);
      const expiresInSeconds = Math.round((expiresAt - Date.now()) / 1_000);
      const reply = presentAccess(access, { isOpen: false, expiresInSeconds });
      const signedIn = json(200, reply, sessionCookie(c, session, expiresInSeconds));
      await noteChange({ method: 'post', path: '/session' }, { ...call, access }, { reply: signedIn, parts });
      return signedIn;
    },
  });
}

const who = onServer({
  method: 'get',
  path: '/session',
  tag: TAG,
  scope: null,
  isForAnyKey: true,
  summary: 'Who you are, and what you may do',
  replies: { 200: wire.Session },
  handle: async ({ access }, { gate }) =>
    json(200, presentAccess(access, { isOpen: access === gate.open, expiresInSeconds: null })),
});

const signOut = onServer({
  method: 'delete',
  path: '/session',
  tag: TAG,
  scope: null,
  isForAnyKey: true,
  summary: 'Sign out, here or everywhere',
  query: wire.SignOutQuery,
  replies: { 204: null },
  handle: async ({ c, query }, { app }) => {
    const session = sessionIn(c);
    if (session !== null) await app.door.closeSession(hash('sha256', session), query.everywhere === 'true');
    const { status, body, headers } = empty(204);
    return { status, body, headers: { ...headers, ...sessionCookie(c, '', 0) } };
  },
});
