/** CRC-32 (IEEE 802.3, reflected, 0xEDB88320) of ASCII text: finds damage in the journal, means nothing to an attacker. */

const POLYNOMIAL = 0xedb88320;

function makeTable(): number[] {
  const table: number[] = [];
  for (let index = 0; index < 256; index++) {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
    table.push(value >>> 0);
  }
  return table;
}

const TABLE = makeTable();

/** Eight lower-case hexadecimal digits; of each character the low byte counts. */
export function crc32(text: string): string {
  let value = 0xffffffff;
  for (let index = 0; index < text.length; index++) {
    value = (value >>> 8) ^ TABLE[(value ^ text.charCodeAt(index)) & 0xff]!;
  }
  let digits = ((value ^ 0xffffffff) >>> 0).toString(16);
  while (digits.length < 8) digits = `0${digits}`;
  return digits;
}
