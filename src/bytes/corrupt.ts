import { InplaceError, type Place } from '../errors.js';

/** SOURCE_CORRUPT for a place in an input: `field` names the structure and its field as the standard does. */
export function corrupt(message: string, where: Place, cause?: unknown): InplaceError {
  return new InplaceError(
    {
      code: 'SOURCE_CORRUPT',
      message,
      where,
      hint: 'The file is damaged or cut short; get it again from where it came',
    },
    cause === undefined ? undefined : { cause },
  );
}

/** SOURCE_UNSUPPORTED: valid as far as can be seen, but in a form this program does not read. */
export function unsupported(message: string, where: Place): InplaceError {
  return new InplaceError({ code: 'SOURCE_UNSUPPORTED', message, where });
}
