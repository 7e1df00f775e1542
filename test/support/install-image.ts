/** Install images of any size: real WIMs with the demo's editions and files of pseudo-random bytes. */
import { installImages, wimGuid } from '../../scripts/fixtures/demo-images.mjs';
import { pseudoRandom } from '../../scripts/fixtures/pseudo-random.mjs';
import { writeWim } from '../../scripts/fixtures/wim.mjs';

/** For `extraFiles` of a demo package: an install.wim whose images hold files of these sizes, each a blob of its own. */
export function installWim(sizes: readonly number[]): { writeTo(path: string): void } {
  const media = {
    build: 26100,
    serviceBuild: 1,
    branch: 'ge_release',
    editions: ['Professional', 'Enterprise'],
    architecture: 'x64' as const,
    server: false,
    languages: ['en-US'],
    bigFile: 0,
  };
  const big = Object.fromEntries(
    sizes.map((size, i) => [`Windows/WinSxS/big-${i}.bin`, pseudoRandom(`big ${i}`, size)]),
  );
  const images = installImages(media).map((image) => ({ ...image, files: { ...image.files, ...big } }));
  const modified = new Date('2024-04-01T12:00:00Z');
  return { writeTo: (path) => writeWim(path, { images, modified, guid: wimGuid(media, 'split') }) };
}
