/** `verify` of an ISO: the structures against the standard and the manifest, every file, and nothing that is not there. */
import type { Content } from '../content/content.js';
import { concatContent, rangeContent, ZeroContent } from '../content/views.js';
import type { Finding } from '../errors.js';
import { checkUdf, type UdfCheck, type UdfCheckedFile } from '../formats/udf/check.js';
import { HashReader } from './hash-reader.js';
import { ImagePass, placesOf } from './image-pass.js';
import { MANIFEST_PATH } from './manifest.js';
import { SECTOR } from './placed-file.js';
import { bounded, countFinding, structureFinding, type Verification, type VerifyOptions } from './verification.js';
import { compareNames, loadManifest } from './verify-files.js';
import { readVolumeFacts, type VolumeFacts } from './volume-facts.js';

/** Checks a whole ISO, reading every byte of it once, front to back. */
export async function verifyOptical(image: Content, options: VerifyOptions = {}): Promise<Verification> {
  const volume = await readVolumeFacts(image);
  const udf = await checkUdf(image, options.signal);
  const contents = new Map(udf.files.map((file) => [file.path, fileContent(image, file)]));
  const cut = cutFinding(image, volume);
  const manifest = await loadManifest(contents);
  if (cut || 'code' in manifest) {
    const findings = withoutManifest(udf, volume, cut, 'code' in manifest ? manifest : undefined);
    return { findings, expected: [], files: contents.size, bytes: 0 };
  }
  const names = compareNames(manifest, { files: contents, directories: udf.directories });
  const { onProgress, signal } = options;
  const reader = new HashReader({
    ...(signal ? { signal } : {}),
    onProgress: (done) => onProgress?.(done, image.size),
  });
  const closing = { offset: image.size - SECTOR, size: SECTOR };
  const pass = new ImagePass(image, manifest, reader, { notZero: [closing] });
  await pass.read(placesOf(udf.files));
  return {
    findings: bounded([...udf.findings, ...names.findings, ...pass.findings]),
    expected: names.expected,
    mediaId: manifest.mediaId,
    ...(pass.contentId === '' ? {} : { contentId: pass.contentId }),
    files: contents.size,
    bytes: reader.done,
  };
}

/** An image whose end is missing: all else that is wrong with it follows from that. */
function cutFinding(image: Content, volume: VolumeFacts | undefined): Finding | undefined {
  if (!volume || image.size >= volume.size) return undefined;
  const message = `The image has ${image.size} bytes, the volume says ${volume.size}: it was copied or downloaded incompletely`;
  return { ...structureFinding(message, image.size), hint: 'Copy or download it again' };
}

/** The one thing that matters first, and the rules it breaks only where it is ours and whole. */
function withoutManifest(
  udf: UdfCheck,
  volume: VolumeFacts | undefined,
  cut: Finding | undefined,
  manifest: Finding | undefined,
): readonly Finding[] {
  const isThere = udf.files.some(({ path }) => path === MANIFEST_PATH);
  const ours = isThere || (volume?.ours ?? false);
  const count = volume ? countFinding(udf.findings.length) : [];
  // where the end is missing, so may be the directory entry of the manifest
  if (cut) return [cut, ...(manifest && !ours ? [manifest] : []), ...count];
  const rules = ours ? udf.findings : count;
  return bounded([...(manifest ? [manifest] : []), ...rules]);
}

function fileContent(image: Content, file: UdfCheckedFile): Content {
  return concatContent(
    file.extents.map(({ offset, size }) =>
      offset + size <= image.size ? rangeContent(image, offset, size) : new ZeroContent(size),
    ),
  );
}
