import type { Turn } from '#domain/turn.ts';
import type { NewTurn } from '#ports/store/turns.ts';

export const TURN_COLUMNS = [
  'project_id',
  'key',
  'kind',
  'form',
  'model',
  'body',
  'bytes',
  'input_tokens',
  'output_tokens',
  'created_at',
  'expires_at',
] as const;

/** What a newer turn puts in place of the one under its key. */
export const TURN_UPDATE = TURN_COLUMNS.slice(2)
  .map((name) => `${name} = excluded.${name}`)
  .join(', ');

/** In the order of the columns. */
export function turnValues(turn: NewTurn): (string | number)[] {
  const { projectId, key, kind, form, model, body, inputTokens, outputTokens, createdAt, expiresAt } = turn;
  const bytes = turn.bytes ?? Buffer.byteLength(body);
  return [projectId, key, kind, form, model, body, bytes, inputTokens, outputTokens, createdAt, expiresAt];
}

export function toTurn(columns: unknown): Turn {
  const row = columns as TurnRow;
  return {
    projectId: row.project_id,
    key: row.key,
    kind: row.kind,
    form: row.form,
    model: row.model,
    body: row.body,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

interface TurnRow {
  project_id: number;
  key: string;
  kind: Turn['kind'];
  form: Turn['form'];
  model: string;
  body: string;
  input_tokens: number;
  output_tokens: number;
  created_at: number;
  expires_at: number;
}
