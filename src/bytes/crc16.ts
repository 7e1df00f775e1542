/** CRC-CCITT of ECMA-167 1/7.2.6: polynomial x^16 + x^12 + x^5 + 1, initial value 0, most significant bit first. */
const TABLE = new Uint16Array(256).map((_, index) => {
  let crc = index << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});

/** The 16-bit sum of `bytes`. ECMA-167's own example: 70 6A 77 gives 3299. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < bytes.length; i++) crc = ((crc << 8) & 0xffff) ^ TABLE[(crc >>> 8) ^ bytes[i]!]!;
  return crc;
}
