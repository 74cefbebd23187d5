import { z } from 'zod';
import { ProjectName } from './projects.ts';
import { KeyId, PageQuery, pageOf, Time } from './scalars.ts';

export const AuditEntry = z
  .object({
    at: Time,
    project: ProjectName.nullable().meta({ description: 'null: about the server as a whole.' }),
    actor: z.string().meta({ description: 'The name of the key, as it was then.' }),
    keyId: KeyId.nullable(),
    action: z.string().meta({ example: 'POST /batches/{batchId}/pause' }),
    thing: z.string().nullable(),
    address: z.string().nullable(),
    requestId: z.string(),
  })
  .meta({ id: 'AuditEntry', description: 'One change: who, what, to which thing, from where.' });
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditQuery = z.strictObject({
  ...PageQuery,
  text: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Part of actor, action, thing, address or request id, any case.' }),
});
export type AuditQuery = z.input<typeof AuditQuery>;

export const AuditPage = pageOf(AuditEntry).meta({ id: 'AuditPage' });
export type AuditPage = z.infer<typeof AuditPage>;
