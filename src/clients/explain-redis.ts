const REMEDIES: readonly (readonly [symptom: RegExp, remedy: string])[] = [
  [
    /^WRONGPASS|invalid password/,
    'it refuses the user or the password. Put both into the address, redis://user:password@host:6379, with special characters percent-encoded',
  ],
  [
    /^NOAUTH/,
    'it asks for a password. Put it into the address, redis://:password@host:6379, or redis://user:password@host:6379',
  ],
  [
    /^NOPERM/,
    'its user may not do what is needed. docs/operations.md, “With Redis”, has the ACL lines for the queue and for the cache',
  ],
  [
    /^OOM/,
    'it is full. Raise its maxmemory (the queue needs 256 MB at most), and look with MEMORY STATS who else fills it',
  ],
  [
    /^READONLY/,
    'it is a replica, which takes no changes. Name the primary, or what follows it at a failover',
  ],
  [/^MISCONF/, 'it cannot write to its disk, and so takes no changes. Make room there, or look at its log'],
  [/timed out/, 'it does not answer in time. Look at its load, at SLOWLOG GET, and at the network between'],
  [
    /certificate/,
    'its certificate is not trusted. Name the file of its authority in NODE_EXTRA_CA_CERTS, and the host as the certificate does',
  ],
  [
    /packet length too long|wrong version number|ECONNRESET|does not answer/,
    'it says nothing, or hangs up. Where the port speaks TLS the address begins with rediss://, elsewhere with redis://',
  ],
];

/** Why a Redis cannot be used, in words that help. What Redis itself says never holds a password. */
export function explainRedis({ message }: Error): string {
  const found = REMEDIES.find(([symptom]) => symptom.test(message));
  const [said = ''] = message.split('\n');
  return found === undefined ? said : `${found[1]} (${said.replace(/\.+$/, '')})`;
}
