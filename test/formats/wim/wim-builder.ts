/** A WIM that is nothing but header and XML data, so that tests need no outside program and can break any field. */
export interface WimFields {
  magic?: string;
  headerSize?: number;
  version?: number;
  flags?: number;
  guid?: number;
  part?: number;
  parts?: number;
  imageCount?: number;
  bootIndex?: number;
  /** the whole resource header of the XML data; default: what fits */
  xmlSize?: bigint;
  xmlFlags?: number;
  xmlOffset?: bigint;
  xmlOriginalSize?: bigint;
}

/** XML as bytes: UTF-16LE with a byte order mark. */
export function utf16(text: string): Uint8Array {
  return Buffer.from(`\ufeff${text}`, 'utf16le');
}

/** One IMAGE element; `windows` is what stands in its WINDOWS element. */
export function imageXml(index: number, windows: string, more = ''): string {
  return `<IMAGE INDEX="${index}"><NAME>Image ${index}</NAME>${more}<WINDOWS>${windows}</WINDOWS></IMAGE>`;
}

/** @param xml text, or bytes for what is no text */
export function wim(xml: string | Uint8Array, fields: WimFields = {}): Uint8Array {
  const data = typeof xml === 'string' ? utf16(xml) : xml;
  const bytes = new Uint8Array(208 + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(fields.magic ?? 'MSWIM\0\0\0', 'latin1'));
  view.setUint32(0x08, fields.headerSize ?? 208, true);
  view.setUint32(0x0c, fields.version ?? 0x10d00, true);
  view.setUint32(0x10, fields.flags ?? 0x80, true);
  bytes.fill(fields.guid ?? 7, 0x18, 0x28);
  view.setUint16(0x28, fields.part ?? 1, true);
  view.setUint16(0x2a, fields.parts ?? 1, true);
  view.setUint32(
    0x2c,
    fields.imageCount ??
      (
        Buffer.from(data)
          .toString('utf16le')
          .match(/<IMAGE /g) ?? []
      ).length,
    true,
  );
  const size = fields.xmlSize ?? BigInt(data.length);
  view.setBigUint64(0x48, size | (BigInt(fields.xmlFlags ?? 2) << 56n), true);
  view.setBigUint64(0x50, fields.xmlOffset ?? 208n, true);
  view.setBigUint64(0x58, fields.xmlOriginalSize ?? size, true);
  view.setUint32(0x78, fields.bootIndex ?? 0, true);
  bytes.set(data, 208);
  return bytes;
}
