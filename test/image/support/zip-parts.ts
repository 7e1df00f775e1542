/** Takes a small zip apart and puts it together again, so that a test can change one thing and keep the rest right. */

export interface ZipPart {
  /** header in front of the content, with the name */
  local: Buffer;
  content: Buffer;
  /** data descriptor behind the content, or nothing */
  descriptor: Buffer;
  /** record of the central directory; its offset is set when the zip is put together */
  central: Buffer;
}

/** Reads a zip of stored entries below 4 GiB. */
export function takeApart(zip: Buffer): ZipPart[] {
  const end = zip.length - 22;
  const parts: ZipPart[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < zip.readUInt16LE(end + 10); i++) {
    const length = 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    const central = Buffer.from(zip.subarray(at, at + length));
    const start = central.readUInt32LE(42);
    const content = start + 30 + zip.readUInt16LE(start + 26) + zip.readUInt16LE(start + 28);
    const behind = content + central.readUInt32LE(20);
    parts.push({
      local: Buffer.from(zip.subarray(start, content)),
      content: Buffer.from(zip.subarray(content, behind)),
      descriptor: Buffer.from(zip.subarray(behind, behind + (central.readUInt16LE(8) & 8 ? 16 : 0))),
      central,
    });
    at += length;
  }
  return parts;
}

/** Puts a zip together, with the given bytes at four places where none belong. */
export function putTogether(
  parts: readonly ZipPart[],
  extra: { first?: Buffer; beforeDirectory?: Buffer; beforeEnd?: Buffer; comment?: Buffer } = {},
): Buffer {
  const none = Buffer.alloc(0);
  const { first = none, beforeDirectory = none, beforeEnd = none, comment = none } = extra;
  const bodies: Buffer[] = [first];
  let offset = first.length;
  const directory = parts.map(({ local, content, descriptor, central }) => {
    const record = Buffer.from(central);
    record.writeUInt32LE(offset, 42);
    bodies.push(local, content, descriptor);
    offset += local.length + content.length + descriptor.length;
    return record;
  });
  const size = directory.reduce((sum, record) => sum + record.length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset + beforeDirectory.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...bodies, beforeDirectory, ...directory, beforeEnd, end, comment]);
}

/** The same part under another name, in both places. */
export function renamed(part: ZipPart, name: string): ZipPart {
  return { ...part, local: withName(part.local, 30, 26, name), central: withName(part.central, 46, 28, name) };
}

/** The name of a part, as its central record has it. */
export function nameOf({ central }: ZipPart): string {
  return central.subarray(46, 46 + central.readUInt16LE(28)).toString();
}

/** @param at of the name @param lengthAt of its length */
export function withName(header: Buffer, at: number, lengthAt: number, name: string): Buffer {
  const bytes = Buffer.concat([header.subarray(0, at), Buffer.from(name)]);
  bytes.writeUInt16LE(Buffer.byteLength(name), lengthAt);
  return bytes;
}
