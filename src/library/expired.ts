/** Media that nobody could use any more are not made (design/media.md, exit code 4). */
import type { MediaDefinition, Validity } from '../definition/model.js';
import type { Finding, Place } from '../errors.js';

/** An error when the last day of a definition's media is over. @param today left out: nobody knows, and nothing is said */
export function expired(definition: MediaDefinition, today: string | undefined): readonly Finding[] {
  return expiredMedia(definition.validity, today, definition.place('validity.until'));
}

/** The same for media that are there. @param where the media, or the line that says until when they are valid */
export function expiredMedia(
  validity: Validity | undefined,
  today: string | undefined,
  where: Place,
): readonly Finding[] {
  const until = validity?.until;
  if (until === undefined || today === undefined || today <= until) return [];
  return [
    {
      code: 'MEDIA_EXPIRED',
      message: `The media were valid until ${until}, and today is ${today}: every computer would refuse them`,
      where,
      hint: 'Correct "until" of the media definition, and build again',
    },
  ];
}
