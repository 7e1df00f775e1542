/** What the definition names, put into the media tree: upgrade packages, boot image, packages, the prestart command's files. */
import { join } from 'node:path';
import type { Authority } from '../boot-trust/authorities.js';
import { readFolderTree } from '../content/folder-tree.js';
import { MediaTree } from '../content/media-tree.js';
import type { MediaDefinition, MediaPackage } from '../definition/model.js';
import { type Finding, InplaceError } from '../errors.js';
import type { UpgradePackage } from '../upgrade-package/open.js';
import { openBootImage } from './boot-image.js';
import { type BootManagerFiles, planBootManager, type StagedBootImage } from './boot-manager.js';
import type { PackageSummary } from './generated.js';
import { MEDIA_PATHS } from './media-paths.js';
import type { StagedUpgradePackage } from './staged-upgrade-package.js';
import { timeRules } from './times.js';
import { refuseUnfit, withoutDrivers } from './unfit-package.js';

/** Where the bytes of the first upgrade package lie among the others (design/media.md, Order). */
const FIRST = 0;

export class Inputs {
  readonly tree = new MediaTree();
  readonly findings: Finding[] = [];
  readonly packages: PackageSummary[] = [];
  /** what closes the files that staging has opened */
  readonly closers: (() => Promise<void>)[] = [];
  /** each upgrade package has a number, the boot image the next, then each package, the rest the last */
  readonly order: { readonly bootImage: number; readonly packages: number; readonly rest: number };
  readonly #times: ReturnType<typeof timeRules>;

  /** @param sourceDateEpoch seconds since 1970 */
  constructor(
    readonly definition: MediaDefinition,
    sourceDateEpoch: number | undefined,
  ) {
    this.#times = timeRules(sourceDateEpoch);
    const bootImage = FIRST + 1 + definition.otherUpgradePackages.length;
    const packages = bootImage + 1;
    this.order = { bootImage, packages, rest: packages + definition.packages.length };
  }

  /** Everything of the package as it is, but for what is replaced. */
  addUpgradePackage(upgradePackage: UpgradePackage, bootManager: BootManagerFiles): void {
    const { tree, kind, path } = upgradePackage;
    this.findings.push(...refuseUnfit(upgradePackage));
    const replaced: string[] = [MEDIA_PATHS.autorun, ...bootManager.files.map((file) => file.path)];
    if (this.definition.bootImage !== 'default') replaced.push(MEDIA_PATHS.bootImage);
    this.tree.merge(tree, '', {
      order: FIRST,
      origin: path,
      except: replaced,
      modified: kind === 'iso' ? this.#times.recorded : this.#times.host,
    });
  }

  /**
   * All of a further package in its own folder, untouched: nothing in it boots, and Setup is started where it lies.
   * @param index among the further packages
   */
  addOther({ path: folder, upgradePackage }: StagedUpgradePackage, index: number): void {
    const order = FIRST + 1 + index;
    const { tree, kind, path } = upgradePackage;
    this.findings.push(...refuseUnfit(upgradePackage));
    const modified = kind === 'iso' ? this.#times.recorded : this.#times.host;
    this.tree.merge(tree, folder, { order, origin: path, modified });
  }

  /** The definition's own boot image; undefined for the package's, or when it cannot be opened. */
  async openBootImage(upgradePackage: UpgradePackage | undefined): Promise<StagedBootImage | undefined> {
    const { bootImage } = this.definition;
    if (bootImage === 'default') return undefined;
    const { file, findings } = await openBootImage(bootImage, upgradePackage?.facts.architectures ?? []);
    this.findings.push(...findings);
    if (file) this.closers.push(() => file.content.close());
    return file && { content: file.content, modified: this.#times.host(file.modified), file: bootImage };
  }

  addBootImage(own: StagedBootImage | undefined, upgradePackage: UpgradePackage): void {
    if (own === undefined) return;
    this.tree.add(upgradePackage.find(MEDIA_PATHS.bootImage)?.path ?? MEDIA_PATHS.bootImage, {
      content: own.content,
      modified: own.modified,
      order: this.order.bootImage,
      origin: own.file,
    });
  }

  /**
   * What `bootManager` puts onto the media: already there, in place of the package's own files.
   * @param authorities who signs boot files; Microsoft, when undefined
   */
  async planBootManager(
    upgradePackage: UpgradePackage,
    own: StagedBootImage | undefined,
    authorities: readonly Authority[] | undefined,
  ): Promise<BootManagerFiles> {
    const { kind, path, find } = upgradePackage;
    const file = find(MEDIA_PATHS.bootImage);
    const time = kind === 'iso' ? this.#times.recorded : this.#times.host;
    const given = file && {
      content: file.content,
      modified: time(file.modified),
      file: kind === 'iso' ? `${path}:${file.path}` : join(path, file.path),
    };
    const bootImage = own ?? (this.definition.bootImage === 'default' ? given : undefined);
    const plan = await planBootManager(this.definition, upgradePackage, bootImage, authorities);
    this.findings.push(...plan.findings);
    for (const { path: target, content } of plan.files) {
      const { modified, file: origin } = bootImage!;
      this.tree.add(target, { content, modified, order: this.order.bootImage, origin });
    }
    return plan;
  }

  async addPackages(): Promise<void> {
    for (const [index, item] of this.definition.packages.entries()) {
      try {
        await this.#addPackage(item, this.order.packages + index);
      } catch (error) {
        if (!(error instanceof InplaceError)) throw error;
        this.findings.push(...error.findings);
      }
    }
  }

  /** @param order of its bytes on the media: packages lie by id, which is how the definition lists them */
  async #addPackage({ id, kind, source }: MediaPackage, order: number): Promise<void> {
    const { tree, findings } = await readFolderTree(source);
    this.findings.push(...findings);
    this.tree.merge(tree, `${MEDIA_PATHS.packages}/${id}`, { order, origin: source, modified: this.#times.host });
    const bytes = tree.files.reduce((sum, file) => sum + file.content.size, 0);
    this.packages.push({ id, kind, files: tree.files.length, bytes });
    if (kind === 'drivers') this.findings.push(...withoutDrivers(id, source, tree));
  }

  /** The files of the command that runs before the sequence. */
  async addPrestart(): Promise<void> {
    const { prestart } = this.definition;
    if (prestart?.files === undefined) return;
    try {
      const { tree, findings } = await readFolderTree(prestart.files);
      this.findings.push(...findings);
      const place = { order: this.order.rest, origin: prestart.files, modified: this.#times.host };
      this.tree.merge(tree, MEDIA_PATHS.prestart, place);
    } catch (error) {
      if (!(error instanceof InplaceError)) throw error;
      this.findings.push(...error.findings);
    }
  }
}
