/** Disk images in memory, without a definition: for tests of the formats. */
import type { Content } from '../../src/content/content.js';
import { textContent } from '../../src/content/views.js';
import { layoutHybrid } from '../../src/image/hybrid-image.js';
import type { PlacedFile, PlacedImage } from '../../src/image/placed-file.js';
import { layoutUsb } from '../../src/image/usb-image.js';
import { diskPrograms } from '../../src/library/disk-programs.js';

export const recorded = new Date('2024-04-01T12:00:00Z');
const MIB = 1024 * 1024;

export function placedFiles(texts: Readonly<Record<string, string>>): PlacedFile[] {
  return Object.entries(texts).map(([path, text]) => ({ path, content: textContent(text), modified: recorded }));
}

const common = { label: 'TEST', mediaId: 'ab'.repeat(32), recorded };

export function usbImage(files: readonly PlacedFile[], directories: readonly string[], size = 300 * MIB): PlacedImage {
  return layoutUsb(files, directories, { ...common, size, programs: diskPrograms() });
}

export function hybridImage(
  files: readonly PlacedFile[],
  directories: readonly string[],
  same: ReadonlyMap<Content, Content> = new Map(),
): PlacedImage {
  return layoutHybrid(files, directories, { ...common, application: 'TEST', programs: diskPrograms(), same });
}
