import { elementsOf, readXml } from './xml.ts';
import type { Zip } from './zip.ts';

/** What a part refers to: names of other parts by id, of the kind whose type ends so. */
export async function relatedParts(zip: Zip, part: string, type: string): Promise<Map<string, string>> {
  const folder = part.slice(0, part.lastIndexOf('/') + 1);
  const text = await zip.text(`${folder}_rels/${part.slice(folder.length)}.rels`);
  const found = elementsOf(readXml(text ?? ''), 'Relationship')
    .map(({ attributes }) => attributes)
    .filter(({ Type, TargetMode }) => Type?.endsWith(`/${type}`) === true && TargetMode !== 'External')
    .map(({ Id = '', Target = '' }) => [Id, resolvePart(folder, Target)] as const);
  return new Map(found);
}

/** `../notes/a.xml` seen from `ppt/slides/`. */
export function resolvePart(folder: string, target: string): string {
  const path = target.startsWith('/') ? [] : folder.split('/').filter((part) => part !== '');
  for (const part of target.split('/')) {
    if (part === '..') path.pop();
    else if (part !== '' && part !== '.') path.push(part);
  }
  return path.join('/');
}
