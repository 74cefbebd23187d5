import ipaddr from 'ipaddr.js';

const IPV6_IN_USE = ipaddr.parseCIDR('2000::/3');

/** Whether an address is of the open network, or one that was allowed. */
export function mayBeCalled(address: string, allowed: readonly string[]): boolean {
  return isPublic(address) || allowed.some((place) => isIn(address, place));
}

function isIn(address: string, place: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const given = ipaddr.process(address);
  const [network, bits] = place.includes('/') ? ipaddr.parseCIDR(place) : wholeAddress(place);
  return given.kind() === network.kind() && given.match(network, bits);
}

function wholeAddress(place: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const address = ipaddr.process(place);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Whether an address is one of the open network: not this machine, not private, not set apart for anything else. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const given = ipaddr.process(address);
  if (given.range() !== 'unicast') return false;
  // What is not given out yet is nobody's, and old forms of it lead back to IPv4 addresses.
  return given.kind() === 'ipv4' || given.match(IPV6_IN_USE);
}
