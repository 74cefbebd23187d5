import { z } from 'zod';
import { ProjectName } from './projects.ts';
import { RateList, TokensPerDay } from './limits.ts';
import { Count, KeyId, PageQuery, pageOf, Time } from './scalars.ts';

export const SCOPE_NAMES = ['read', 'ask', 'warm', 'ingest', 'admin'] as const;

export const Scope = z.enum(SCOPE_NAMES).meta({
  id: 'Scope',
  description:
    '`read` looks, `ask` asks, `warm` queues and steers, `ingest` changes documents, `admin` does everything. `warm` and `ingest` may look too.',
});
export type Scope = z.infer<typeof Scope>;

export const Role = z.enum(['viewer', 'operator', 'admin']).meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

const Addresses = z
  .array(z.string().max(50))
  .max(50)
  .meta({ description: 'Addresses and subnets it may be used from; empty: any.', example: ['10.0.0.0/8'] });

const Rates = RateList.nullable().meta({
  description: 'How often it may be used; null: as its project or the server has it; empty: no limit.',
});

const Tokens = TokensPerDay.meta({
  description:
    'Tokens that models may take in a day (UTC) for what is asked with it; 0: as many as are wanted; null: as the server has it.',
});

export const ApiKey = z
  .object({
    id: KeyId,
    name: z.string(),
    prefix: z.string().meta({ description: 'How its text begins.' }),
    project: ProjectName.nullable().meta({ description: 'null: every project.' }),
    scopes: z.array(Scope),
    addresses: Addresses,
    rates: Rates,
    tokensPerDay: Tokens,
    createdAt: Time,
    expiresAt: Time.nullable(),
    revokedAt: Time.nullable(),
    lastUsedAt: Time.nullable().meta({ description: 'To the minute.' }),
    replacedBy: KeyId.nullable(),
    isUsable: z.boolean(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof ApiKey>;

export const CreatedKey = ApiKey.extend({
  key: z.string().meta({ description: 'Its text: shown this once, and kept nowhere.' }),
}).meta({ id: 'CreatedKey' });
export type CreatedKey = z.infer<typeof CreatedKey>;

export const KeyQuery = z.strictObject(PageQuery);
export type KeyQuery = z.input<typeof KeyQuery>;

export const KeyPage = pageOf(ApiKey).meta({ id: 'KeyPage' });
export type KeyPage = z.infer<typeof KeyPage>;

export const CreateKey = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    project: ProjectName.nullable().default(null),
    scopes: z.array(Scope).min(1).max(5),
    addresses: Addresses.default([]),
    rates: Rates.default(null),
    tokensPerDay: Tokens.default(null),
    expiresAt: z.iso.datetime().nullable().default(null),
  })
  .meta({ id: 'CreateKey' });
export type CreateKey = z.input<typeof CreateKey>;

export const ChangeKey = z
  .strictObject({ rates: Rates.optional(), tokensPerDay: Tokens.optional() })
  .meta({ id: 'ChangeKey' });
export type ChangeKey = z.input<typeof ChangeKey>;

export const RotateKey = z
  .strictObject({
    overlapHours: z.number().min(0).max(720).default(24).meta({
      description: 'How long the old one works on.',
    }),
  })
  .meta({ id: 'RotateKey' });
export type RotateKey = z.input<typeof RotateKey>;

export const SignIn = z.strictObject({ key: z.string().min(1).max(500) }).meta({ id: 'SignIn' });
export type SignIn = z.input<typeof SignIn>;

export const SignOutQuery = z.strictObject({
  everywhere: z.enum(['true', 'false']).default('false').meta({
    description: '`true` ends every session that was opened with the same key.',
  }),
});
export type SignOutQuery = z.input<typeof SignOutQuery>;

export const Session = z
  .object({
    name: z.string().meta({ description: 'Whose key it is.' }),
    role: Role,
    scopes: z.array(Scope),
    project: ProjectName.nullable(),
    isOpen: z.boolean().meta({ description: 'True: this server asks nobody on this machine for a key.' }),
    expiresInSeconds: Count.nullable(),
  })
  .meta({ id: 'Session', description: 'Who calls, and what the call may do.' });
export type Session = z.infer<typeof Session>;
