import { isConnectionError } from '#clients/postgres.ts';
import { Fault } from '#domain/fault.ts';

/** Two transactions wanted each other's rows, or met; the one that was undone may simply be made again. */
export function isCollision(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === '40001' || code === '40P01';
}

const DISK_FULL = '53100';
const IO_ERROR = '58030';
/** Waited for a lock, or ran, longer than allowed. */
const TOO_LONG = new Set(['55P03', '57014']);

/** What only somebody who knows the server can mend. */
const REMEDIES: Readonly<Record<string, string>> = {
  '28P01': 'Correct the user and the password in DATABASE_URL, with special characters percent-encoded.',
  '28000': 'Let this user in from this machine (pg_hba.conf), or correct DATABASE_URL.',
  '3D000': 'Create that database first, or correct its name in DATABASE_URL.',
  '42501': 'Grant this user CREATE on the schema: the first start and upgrades make tables.',
  '53300': 'Raise max_connections, or lower PREHEAT_DATABASE_CONNECTIONS of the processes.',
};

/** What the rest of the program is told. */
export function toFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const why = error instanceof Error ? error.message : String(error);
  const { code = '' } = error as { code?: string };
  const refused = refusalOf(error, code, why);
  if (refused !== null) return refused;
  if (isConnectionError(error)) {
    return fault(
      'store_unreachable',
      `PostgreSQL cannot be reached (${why || code}). What was accepted is kept: see that the server of DATABASE_URL runs and takes connections, then try again.`,
      error,
    );
  }
  if (code === DISK_FULL || code === IO_ERROR) {
    return fault(
      code === DISK_FULL ? 'disk_full' : 'disk_failed',
      `PostgreSQL could not write (${why}). Nothing was recorded: make room on its disk, then try again.`,
      error,
    );
  }
  if (isCollision(error) || TOO_LONG.has(code)) {
    return fault('store_busy', `PostgreSQL was too busy (${why}). Nothing was recorded: try again.`, error);
  }
  return fault('store_failed', `The database refused: ${why}`, error);
}

/** Null where no remedy is known. */
function refusalOf(error: unknown, code: string, why: string): Fault | null {
  const remedy = REMEDIES[code];
  if (remedy === undefined) return null;
  const name = isConnectionError(error) ? 'store_unreachable' : 'store_refused';
  return fault(name, `PostgreSQL refuses: ${why}. ${remedy}`, error);
}

function fault(code: string, message: string, cause: unknown): Fault {
  return new Fault('unavailable', code, message, { cause });
}
