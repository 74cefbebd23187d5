import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';

/** How full the disk is that holds a folder. With everything in PostgreSQL there may be no folder, and nothing that fills. */
export async function diskPercent(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0;
  const { blocks, bavail } = await statfs(folder);
  return blocks === 0 ? 0 : (1 - bavail / blocks) * 100;
}
