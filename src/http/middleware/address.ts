import { BlockList, isIP } from 'node:net';
import type { Exchange } from '../call.ts';

/** Proxies whose word on who called is taken; empty: nobody's. */
export type TrustedProxies = readonly string[];

const lists = new Map<string, BlockList>();
const MOST_LISTS = 1_000;

/** Who calls: the other end of the socket, or whoever a trusted proxy says it speaks for. Null where it is not known. */
export function addressOf(c: Exchange, trusted: TrustedProxies): string | null {
  const remote = plain(c.env?.incoming?.socket.remoteAddress ?? null);
  if (remote === null || trusted.length === 0 || !isAmong(remote, trusted)) return remote;
  const said = (c.req.raw.headers.get('x-forwarded-for') ?? '').split(',').map((each) => plain(each.trim()));
  // From the near end: what stands further to the left was written by whoever called.
  const last = said.findLast((each) => each !== null && !isAmong(each, trusted));
  return last ?? remote;
}

/** Whether an address is one of these, or in one of these subnets. */
export function isAmong(address: string, places: readonly string[]): boolean {
  return listOf(places).check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Whether a text names an address or a subnet. */
export function isPlace(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const kind = isIP(address);
  if (kind === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (kind === 4 ? 32 : 128));
}

/** An IPv4 address that came over an IPv6 socket is that address. */
function plain(address: string | null): string | null {
  if (address === null) return null;
  const unwrapped = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(unwrapped) === 0 ? null : unwrapped;
}

function listOf(places: readonly string[]): BlockList {
  const name = places.join(' ');
  const known = lists.get(name);
  if (known !== undefined) return known;
  const list = new BlockList();
  for (const place of places) {
    const [address = '', bits] = place.split('/');
    const kind = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, kind);
    else list.addSubnet(address, Number(bits), kind);
  }
  if (lists.size >= MOST_LISTS) lists.clear();
  lists.set(name, list);
  return list;
}
