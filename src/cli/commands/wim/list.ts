import type { Argv, CommandModule } from 'yargs';
import { listWim, type WimListEntry, type WimListing } from '../../../index.js';
import { imageLine } from '../../inspection-page.js';
import { type CommonArguments, Session } from '../../session.js';
import { count, formatBytes } from '../../units.js';
import { imageNumber, imageOption, wimPositional } from './options.js';

interface ListArguments extends CommonArguments {
  wim: string;
  image: string | undefined;
}

export const wimListCommand: CommandModule<CommonArguments, ListArguments> = {
  command: 'list <wim>',
  describe: 'Show the images of a WIM, or the files of one',
  builder: (yargs) => (yargs as Argv<CommonArguments>).positional('wim', wimPositional).option('image', imageOption),
  handler: async (args) => {
    const session = new Session(args);
    await session.run(async () => {
      const listing = await listWim(args.wim, imageNumber(args.image));
      session.page(listing.entries === undefined ? imagesPage(listing) : listing.entries.map(entryLine).join('\n'));
      session.result({ ok: true, ...listing });
    });
  },
};

function imagesPage(listing: WimListing): string {
  const { path, bytes, parts, compression, chunkSizeBytes, solid, bootIndex, integrityTable, blobs, images } = listing;
  const chunks = compression === 'none' ? '' : ` in chunks of ${formatBytes(chunkSizeBytes)}`;
  return [
    `${path}: ${count(images.length, 'image')}, ${count(parts, 'part')}, ${formatBytes(bytes)}`,
    `  compressed  ${compression}${solid ? ', solid' : chunks}; ${count(blobs, 'different file')}`,
    `  boots       ${bootIndex === 0 ? 'none of the images' : `image ${bootIndex}`}`,
    `  integrity   ${integrityTable ? 'has a table' : 'has no table; "inplace wim verify" checks every file'}`,
    ...images.map(imageLine),
  ].join('\n');
}

/** `         1,024  2024-05-06 07:08:09  RHSA  Windows/notepad.exe`. */
function entryLine(entry: WimListEntry): string {
  const { path, kind, bytes, modified, attributes, target, streams = [], linkGroup, shortName } = entry;
  const size = kind === 'file' ? String(bytes) : `<${KINDS[kind]}>`;
  const time = (modified ?? '').slice(0, 19).replace('T', ' ');
  const notes = [
    ...(target === undefined ? [] : [`-> ${target}`]),
    ...(shortName === undefined ? [] : [`[${shortName}]`]),
    ...(linkGroup === undefined ? [] : [`(link group ${linkGroup})`]),
  ];
  const line = `${size.padStart(14)}  ${time.padEnd(19)}  ${attributes.padEnd(4)}  ${[path, ...notes].join(' ')}`;
  return [
    line,
    ...streams.map((stream) => `${String(stream.bytes).padStart(14)}${' '.repeat(29)}${path}:${stream.name}`),
  ].join('\n');
}

const KINDS: Record<WimListEntry['kind'], string> = {
  file: '',
  directory: 'folder',
  'symbolic link': 'link',
  junction: 'junction',
  'reparse point': 'reparse',
};
