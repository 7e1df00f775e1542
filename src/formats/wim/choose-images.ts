/** Finds images by edition or number. */
import { quote } from '../../bytes/quote.js';
import type { WimImage } from './information.js';

export type ImageChoice = { readonly edition: string } | { readonly image: number };

/**
 * Indexes of the images that a choice names: several when they have the same edition, as Server and Server Core do.
 * @returns or what is wrong, and what there is
 */
export function chooseImages(
  images: readonly WimImage[],
  choice: ImageChoice,
): readonly number[] | { readonly message: string; readonly hint: string } {
  const found = images.filter((image) =>
    'image' in choice ? image.index === choice.image : isEdition(image, choice.edition),
  );
  if (found.length > 0) return found.map(({ index }) => index);
  const what = 'image' in choice ? `image ${choice.image}` : `edition ${quote(choice.edition)}`;
  return { message: `There is no ${what} in it`, hint: `It holds ${describeImages(images)}` };
}

/** FLAGS holds the edition id, too, and is what old images have. */
function isEdition({ editionId, flags }: WimImage, edition: string): boolean {
  return (editionId ?? flags)?.toLowerCase() === edition.toLowerCase();
}

function describeImages(images: readonly WimImage[]): string {
  const names = images.map(
    (image) => `${image.index} ${image.editionId ?? image.flags ?? image.name ?? 'without a name'}`,
  );
  return names.length === 0 ? 'no images' : `the images ${names.join(', ')}`;
}
