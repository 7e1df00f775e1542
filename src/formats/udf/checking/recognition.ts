import { BLOCK_SIZE } from '../structures/constants.js';
import {
  RECOGNITION_IDENTIFIERS,
  RECOGNITION_START,
  readStandardIdentifier,
  udfRecognition,
} from '../structures/recognition.js';
import type { CheckContext } from './check-context.js';

/** Descriptors of ISO 9660 that may stand in front of ours. */
const MAX_ISO_DESCRIPTORS = 64;

/** BEA01, NSR02, TEA01 follow the ISO 9660 descriptors without a gap (ECMA-167 2/8.3, 3/9.1). */
export async function checkRecognition(context: CheckContext): Promise<void> {
  const first = RECOGNITION_START / BLOCK_SIZE;
  let sector = first;
  while (sector < first + MAX_ISO_DESCRIPTORS && (await identifierAt(context, sector)) === 'CD001') sector += 1;
  const expected = udfRecognition();
  for (const [index, identifier] of RECOGNITION_IDENTIFIERS.entries()) {
    const bytes = await context.sector(sector + index);
    const wanted = expected.subarray(index * BLOCK_SIZE, (index + 1) * BLOCK_SIZE);
    if (bytes && Buffer.compare(bytes, wanted) === 0) continue;
    const difference = bytes ? bytes.findIndex((byte, at) => byte !== wanted[at]) : 0;
    const where = {
      offset: (sector + index) * BLOCK_SIZE + difference,
      field: `volume recognition sequence.${identifier}`,
    };
    context.add(
      'UDF_RECOGNITION',
      `Sector ${sector + index} is not the descriptor "${identifier}" that belongs here`,
      where,
    );
  }
}

async function identifierAt(context: CheckContext, sector: number): Promise<string | undefined> {
  const bytes = await context.sector(sector);
  return bytes && readStandardIdentifier(bytes);
}
