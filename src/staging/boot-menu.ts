/** Puts the boot menu into the boot image of the media, as a view, with the drivers that it loads. */
import { type Content, readBytes } from '../content/content.js';
import { closeContent } from '../content/file.js';
import type { MediaEntry } from '../content/media-tree.js';
import { BytesContent } from '../content/views.js';
import type { MediaDefinition } from '../definition/model.js';
import { type Finding, InplaceError } from '../errors.js';
import { type Dentry, isDirectory } from '../formats/wim/dentry.js';
import { sha1OfContent } from '../formats/wim/sha1.js';
import { streamsOf } from '../formats/wim/streams.js';
import { findEntry } from '../formats/wim/tree-edit.js';
import { openWim, type Wim } from '../formats/wim/wim.js';
import { MENU_FOLDER, renderBootMenu, WINPESHL, WINPESHL_KEPT } from './boot-menu-files.js';
import { bootingImage, changeBootImage, type WimChange } from './change-boot-image.js';
import { NO_MEDIA_ID } from './media-id.js';
import { MEDIA_PATHS } from './media-paths.js';
import { type LaunchedApp, readWinpeshl } from './winpeshl.js';

/** Bytes of drivers from which on a person is told: the boot image lies in the memory of the machine that it starts. */
const MANY_DRIVER_BYTES = 256 * 2 ** 20;

/** What is changed in the boot image, for people. */
export interface BootImageChange {
  /** path on the media */
  readonly path: string;
  /** image that boots, from 1 */
  readonly image: number;
  readonly name?: string;
  /** paths of the menu in the image */
  readonly files: readonly string[];
  /** under which name its own winpeshl.ini is kept */
  readonly kept?: string;
  /** .inf files that are loaded at start */
  readonly drivers: number;
  readonly driverBytes: number;
  /** bytes that the boot image grows by */
  readonly addedBytes: number;
}

/** The boot image with its menu. The menu names the media id, which is known last and changes no size. */
export interface StagedBootMenu {
  /** path on the media */
  readonly path: string;
  /** bytes of the changed boot image */
  readonly size: number;
  /** the menu's files with `NO_MEDIA_ID`, one after the other: the media id is made from them */
  readonly generated: Uint8Array;
  readonly change: BootImageChange;
  /** The changed boot image for a media id. */
  content(mediaId: string): Promise<Content>;
  /** closes the files that were opened to read it */
  close(): Promise<void>;
}

export interface BootMenuInput {
  readonly definition: MediaDefinition;
  /** the Windows that the media brings, for people */
  readonly windows: string;
  /** everything on the media */
  readonly entries: readonly MediaEntry[];
  /** the media's own time */
  readonly time: Date;
}

/**
 * Plans the menu. A boot image that cannot be changed stays as it is, with a warning: the media upgrade all the same. With drivers for it that is
 * an error.
 */
export async function stageBootMenu(input: BootMenuInput): Promise<{
  readonly menu?: StagedBootMenu;
  readonly findings: readonly Finding[];
}> {
  const { definition, entries } = input;
  const entry = entries.find(({ path }) => path.toLowerCase() === MEDIA_PATHS.bootImage);
  if (entry === undefined) return { findings: definition.bootDrivers.length === 0 ? [] : [noBootImage(definition)] };
  try {
    const plan = await MenuPlan.open(entry, input);
    return { menu: await plan.stage(), findings: plan.driverFindings() };
  } catch (error) {
    if (!(error instanceof InplaceError)) throw error;
    return { findings: error.findings.map((finding) => unchanged(finding, definition)) };
  } finally {
    await closeContent(entry.file.content);
  }
}

/** One boot image, looked into. */
class MenuPlan {
  private constructor(
    readonly entry: MediaEntry,
    readonly input: BootMenuInput,
    readonly wim: Wim,
    readonly root: Dentry,
    readonly drivers: readonly Driver[],
  ) {}

  static async open(entry: MediaEntry, input: BootMenuInput): Promise<MenuPlan> {
    const wim = await openWim([{ file: entry.file.origin, content: entry.file.content }]);
    const { root } = await wim.tree(bootingImage(wim));
    checkBootable(wim, root);
    return new MenuPlan(entry, input, wim, root, await readDrivers(input));
  }

  async stage(): Promise<StagedBootMenu> {
    const original = await this.#original();
    const menu = (mediaId: string): Readonly<Record<string, Uint8Array>> => {
      const { definition, windows } = this.input;
      const apps = original.apps.length === 0 ? {} : { apps: original.apps };
      return renderBootMenu({ mediaName: definition.name, mediaId, windows, ...apps });
    };
    const content = (mediaId: string): Promise<Content> => this.#change(menu(mediaId), original.keep);
    const nameless = menu(NO_MEDIA_ID);
    const { size } = await content(NO_MEDIA_ID);
    const image = bootingImage(this.wim);
    const name = this.wim.information.images[image - 1]?.name;
    const change = {
      path: this.entry.path,
      image,
      ...(name === undefined ? {} : { name }),
      files: Object.keys(nameless),
      ...(original.keep === undefined ? {} : { kept: WINPESHL_KEPT }),
      drivers: this.drivers.filter(({ path }) => isInf(path)).length,
      driverBytes: this.#driverBytes(),
      addedBytes: size - this.entry.file.content.size,
    };
    const generated = Buffer.concat(Object.values(nameless));
    const close = async (): Promise<void> => {
      for (const file of [this.entry.file, ...this.drivers]) await closeContent(file.content);
    };
    return { path: this.entry.path, size, generated, change, content, close };
  }

  driverFindings(): Finding[] {
    const bytes = this.#driverBytes();
    if (bytes <= MANY_DRIVER_BYTES) return [];
    return [
      {
        code: 'DEFINITION_INVALID',
        severity: 'warning',
        message: `The drivers for the boot image have ${Math.ceil(bytes / 2 ** 20)} MB, and every machine that starts from the media holds them in memory`,
        where: this.input.definition.place('bootDrivers'),
        hint: 'Make a package of the storage and network drivers alone',
      },
    ];
  }

  #driverBytes(): number {
    return this.drivers.reduce((sum, { content }) => sum + content.size, 0);
  }

  /** What the image itself starts, and what of it is kept. One that holds a menu already gives what that one kept. */
  async #original(): Promise<{ apps: readonly LaunchedApp[]; keep?: Content }> {
    const own = this.#file(WINPESHL);
    if (own === undefined) return { apps: [] };
    const apps = readWinpeshl(await readBytes(own));
    if (!apps.some(({ options }) => /\\inplace\\menu\.cmd$/i.test(options))) return { apps, keep: own };
    const kept = this.#file(WINPESHL_KEPT);
    return { apps: kept === undefined ? [] : readWinpeshl(await readBytes(kept)) };
  }

  #file(path: string): Content | undefined {
    const entry = findEntry(this.root, path);
    const data = entry === undefined || isDirectory(entry) ? undefined : streamsOf(entry).data;
    return data === undefined ? undefined : this.wim.blob(data, path).content;
  }

  async #change(menu: Readonly<Record<string, Uint8Array>>, keep: Content | undefined): Promise<Content> {
    const { time } = this.input;
    const changes: WimChange[] = [];
    if (findEntry(this.root, MENU_FOLDER) !== undefined) changes.push({ path: MENU_FOLDER, delete: true });
    if (keep !== undefined) changes.push({ path: WINPESHL_KEPT, content: keep, modified: time });
    for (const [path, bytes] of Object.entries(menu)) {
      changes.push({ path, content: new BytesContent(bytes), modified: time });
    }
    changes.push(...this.drivers);
    const { content } = this.entry.file;
    return await changeBootImage({ file: this.wim.file, content }, changes, time).finally(() => closeContent(content));
  }
}

/** A file of a driver, as it goes into the boot image. */
interface Driver {
  readonly path: string;
  readonly content: Content;
  readonly modified: Date;
  readonly sha1: string;
}

/** The files of the packages that `bootDrivers` names, each read once for its SHA-1. */
async function readDrivers({ definition, entries }: BootMenuInput): Promise<Driver[]> {
  const folders = definition.bootDrivers.map((id) => `${MEDIA_PATHS.packages}/${id}/`);
  const drivers: Driver[] = [];
  for (const { path, file } of entries) {
    if (!folders.some((folder) => path.startsWith(folder))) continue;
    const { content, modified } = file;
    const sha1 = await sha1OfContent(content).finally(() => closeContent(content));
    drivers.push({ path: `${MENU_FOLDER}/drivers${path.slice(MEDIA_PATHS.packages.length)}`, content, modified, sha1 });
  }
  return drivers;
}

const isInf = (path: string): boolean => /\.inf$/i.test(path);

/** @throws InplaceError SOURCE_UNSUPPORTED for an image that is no Windows PE, or that the boot manager cannot read */
function checkBootable(wim: Wim, root: Dentry): void {
  const refuse = (message: string, hint: string): never => {
    throw new InplaceError({ code: 'SOURCE_UNSUPPORTED', message, where: { file: wim.file }, hint });
  };
  if (wim.hasSolid) {
    refuse('It is a solid WIM, as install.esd is one', 'Export it: wimlib-imagex export boot.wim all new.wim --boot');
  }
  const folder = findEntry(root, 'Windows/System32');
  if (folder === undefined || !isDirectory(folder)) {
    refuse(
      'There is no Windows\\System32 in the image that boots',
      'Give the boot.wim of Windows media, or of the ADK',
    );
  }
}

function unchanged(finding: Finding, definition: MediaDefinition): Finding {
  const message = `The boot menu cannot be put into the boot image: ${finding.message}`;
  if (definition.bootDrivers.length > 0) return { ...finding, message };
  return { ...finding, message, severity: 'warning' };
}

function noBootImage(definition: MediaDefinition): Finding {
  return {
    code: 'DEFINITION_INVALID',
    message: 'There are drivers for the boot image, and the media have no sources/boot.wim',
    where: definition.place('bootDrivers'),
    hint: 'Name a boot image with "bootImage", or leave bootDrivers out',
  };
}
