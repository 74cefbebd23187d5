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
    'its user may not do what is needed. Allow it the keys ~preheat:*, the channels &*, and the commands +@all -@dangerous +info',
  ],
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
