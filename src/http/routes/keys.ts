import type { App } from '#core/app.ts';
import { Fault } from '#domain/fault.ts';
import type { ApiKey } from '#domain/key.ts';
import * as wire from '#wire/index.ts';
import { idIn } from '../call.ts';
import { type Endpoint, onServer } from '../endpoint.ts';
import { isPlace } from '../middleware/address.ts';
import { ratesOf } from '../present/rates.ts';
import { presentKey } from '../present/key.ts';
import { json } from '../reply.ts';

const TAG = 'Keys';

const create = onServer({
  method: 'post',
  path: '/keys',
  tag: TAG,
  isForAnyKey: true,
  summary: 'Make a key',
  description: 'Its text is in this response and nowhere else: only a digest of it is kept.',
  body: wire.CreateKey,
  replies: { 201: wire.CreatedKey },
  handle: async ({ body, access }, { app }) => {
    body.addresses.forEach(checkPlace);
    const expiresAt = body.expiresAt === null ? null : Date.parse(body.expiresAt);
    if (expiresAt !== null && expiresAt <= Date.now()) throw bad('expiresAt', 'must be a time to come');
    const draft = {
      ...body,
      expiresAt,
      limits: { rates: ratesOf(body.rates), tokensPerDay: body.tokensPerDay },
    };
    const { key, text } = await app.keys.create(access, draft);
    return json(201, { ...(await presentOne(app, key)), key: text });
  },
});

const list = onServer({
  method: 'get',
  path: '/keys',
  tag: TAG,
  isForAnyKey: true,
  scope: 'admin',
  summary: 'List keys, newest first',
  query: wire.KeyQuery,
  replies: { 200: wire.KeyPage },
  handle: async ({ access, query: { limit, cursor } }, { app }) => {
    const { items, next } = await app.keys.list(access, { limit, cursor: cursor ?? null });
    const projects = await projectNames(app);
    return json(200, { items: items.map((key) => presentKey(key, projects, Date.now())), nextCursor: next });
  },
});

const rotate = onServer({
  method: 'post',
  path: '/keys/{keyId}/rotate',
  tag: TAG,
  isForAnyKey: true,
  summary: 'A key in place of this one, which works on for a while',
  body: wire.RotateKey,
  isBodyOptional: true,
  replies: { 201: wire.CreatedKey },
  handle: async (call, { app }) => {
    const overlapMs = Math.round(call.body.overlapHours * 3_600_000);
    const { key, text } = await app.keys.rotate(call.access, idIn(call, 'key'), overlapMs);
    return json(201, { ...(await presentOne(app, key)), key: text });
  },
});

const change = onServer({
  method: 'patch',
  path: '/keys/{keyId}',
  tag: TAG,
  isForAnyKey: true,
  summary: 'Change the limits of a key',
  body: wire.ChangeKey,
  replies: { 200: wire.ApiKey },
  handle: async (call, { app }) => {
    const { rates, tokensPerDay } = call.body;
    const changes = {
      ...(rates === undefined ? {} : { rates: ratesOf(rates) }),
      ...(tokensPerDay === undefined ? {} : { tokensPerDay }),
    };
    return json(200, await presentOne(app, await app.keys.limit(call.access, idIn(call, 'key'), changes)));
  },
});

const revoke = onServer({
  method: 'post',
  path: '/keys/{keyId}/revoke',
  tag: TAG,
  isForAnyKey: true,
  summary: 'End a key at once, and every session that was opened with it',
  replies: { 200: wire.ApiKey },
  handle: async (call, { app }) =>
    json(200, await presentOne(app, await app.keys.revoke(call.access, idIn(call, 'key')))),
});

export const keyEndpoints: readonly Endpoint[] = [create, list, change, rotate, revoke];

async function presentOne(app: App, key: ApiKey): Promise<wire.ApiKey> {
  return presentKey(key, await projectNames(app), Date.now());
}

async function projectNames(app: App): Promise<ReadonlyMap<number, string>> {
  return new Map((await app.projects.list()).map(({ id, name }) => [id, name]));
}

function checkPlace(text: string, at: number): void {
  if (!isPlace(text))
    throw bad(`addresses[${at}]`, 'must be an address or a subnet, such as 10.1.2.3 or 10.0.0.0/8');
}

function bad(field: string, message: string): Fault {
  return new Fault('invalid', 'invalid_input', `${field} ${message}.`, { problems: [{ field, message }] });
}
