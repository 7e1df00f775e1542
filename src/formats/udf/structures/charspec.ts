/** Character set specification, ECMA-167 1/7.2.1: 64 bytes. */
const CS0_INFORMATION = 'OSTA Compressed Unicode';

/** CS0 with the information that UDF 1.02 2.1.2 demands; the rest of the 64 bytes stays zero. */
export function writeCharspec(into: Uint8Array, at: number): void {
  into[at] = 0;
  for (let i = 0; i < CS0_INFORMATION.length; i++) into[at + 1 + i] = CS0_INFORMATION.charCodeAt(i);
}
