/** From the staged media to an image of the format that is asked for. */
import type { OutputFormat } from '../definition/formats.js';
import type { MediaDefinition } from '../definition/model.js';
import { findDuplicates } from '../image/duplicates.js';
import { layoutHybrid } from '../image/hybrid-image.js';
import { layoutIso } from '../image/iso-image.js';
import type { PlacedFile, PlacedImage } from '../image/placed-file.js';
import { layoutUsbExfat } from '../image/usb-exfat-image.js';
import { layoutUsb } from '../image/usb-image.js';
import type { StagedMedia } from '../staging/stage.js';
import { VERSION } from '../version.js';
import { diskPrograms } from './disk-programs.js';
import type { WorkOptions } from './work.js';

/** Whether a format is an image; the others are files by themselves. */
export function isImage(format: OutputFormat): boolean {
  return format !== 'folder' && format !== 'zip';
}

/**
 * Lays the media out; undefined for a folder or zip.
 * @throws InplaceError LAYOUT_LIMIT, MEDIA_NAME; what reading throws, for files of equal size are compared for an ISO
 */
export async function layOut(
  { output, usb }: MediaDefinition,
  staged: StagedMedia,
  files: readonly PlacedFile[],
  options: WorkOptions & { readonly deviceSize?: number },
): Promise<PlacedImage | undefined> {
  const { label, mediaId, time: recorded, directories, biosBoot, uefiBoot } = staged;
  const volume = { label, mediaId, recorded };
  const optical = {
    ...volume,
    ...(biosBoot ? { biosBoot } : {}),
    ...(uefiBoot ? { uefiBoot } : {}),
    application: `INPLACE ${VERSION}`,
  };
  switch (output.format) {
    case 'iso':
      return layoutIso(files, directories, { ...optical, same: await duplicates(files, options) });
    case 'hybrid':
      return layoutHybrid(files, directories, { ...optical, programs: diskPrograms() });
    case 'usb': {
      const layout = usb.layout === 'fat32' ? layoutUsb : layoutUsbExfat;
      const size = options.deviceSize ?? output.size;
      return layout(files, directories, { ...volume, size, programs: diskPrograms() });
    }
    case 'folder':
    case 'zip':
      return undefined;
  }
}

async function duplicates(files: readonly PlacedFile[], options: WorkOptions): ReturnType<typeof findDuplicates> {
  const contents = files.filter((file) => !file.late).map((file) => file.content);
  return await findDuplicates(contents, {
    ...(options.signal ? { signal: options.signal } : {}),
    onProgress: (done, total) => options.onProgress?.({ phase: 'compare', done, total }),
  });
}
