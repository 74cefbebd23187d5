import { constants, crc32, deflateRawSync } from 'node:zlib';

const MIB = 2 ** 20;
const PIECE = 16 * MIB;

/**
 * A zip of a few megabytes in which one part unpacks to a gigabyte of spaces, with a right size and a right sum: made
 * without ever having that gigabyte. The other parts are stored as they are.
 */
export function gigabyteZip(
  parts: Readonly<Record<string, Uint8Array>>,
  huge: { readonly name: string; readonly before: string; readonly after: string },
): Uint8Array {
  const members = [
    ...Object.entries(parts).map(([name, bytes]) => ({
      name,
      method: 0,
      data: bytes,
      size: bytes.byteLength,
      sum: crc32(bytes),
    })),
    hugeMember(huge),
  ];
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const head = localHeader(member);
    local.push(head, Buffer.from(member.data));
    central.push(centralHeader(member, offset));
    offset += head.byteLength + member.data.byteLength;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.byteLength, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

interface Member {
  readonly name: string;
  readonly method: number;
  readonly data: Uint8Array;
  readonly size: number;
  readonly sum: number;
}

function hugeMember({ name, before, after }: { name: string; before: string; after: string }): Member {
  const spaces = Buffer.alloc(PIECE, ' ');
  const flushed = { finishFlush: constants.Z_FULL_FLUSH };
  // Each piece ends at a byte and remembers nothing, so that they can be put together.
  const piece = deflateRawSync(spaces, flushed);
  const count = 1_024 / 16;
  const data = Buffer.concat([
    deflateRawSync(Buffer.from(before), flushed),
    ...Array.from({ length: count }, () => piece),
    deflateRawSync(Buffer.from(after)),
  ]);
  let sum = crc32(before);
  for (let i = 0; i < count; i += 1) sum = crc32(spaces, sum);
  return {
    name,
    method: 8,
    data,
    size: count * PIECE + before.length + after.length,
    sum: crc32(after, sum),
  };
}

function localHeader({ name, method, data, size, sum }: Member): Buffer {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(method, 8);
  head.writeUInt32LE(sum, 14);
  head.writeUInt32LE(data.byteLength, 18);
  head.writeUInt32LE(size, 22);
  head.writeUInt16LE(Buffer.byteLength(name), 26);
  return Buffer.concat([head, Buffer.from(name)]);
}

function centralHeader({ name, method, data, size, sum }: Member, offset: number): Buffer {
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(20, 6);
  head.writeUInt16LE(method, 10);
  head.writeUInt32LE(sum, 16);
  head.writeUInt32LE(data.byteLength, 20);
  head.writeUInt32LE(size, 24);
  head.writeUInt16LE(Buffer.byteLength(name), 28);
  head.writeUInt32LE(offset, 42);
  return Buffer.concat([head, Buffer.from(name)]);
}
