/**
 * Staging: from a definition to the media tree. The only place that knows what goes where on the media
 * (design/media.md, What is on the media; Ids; Order; Times and names).
 */
import { join } from 'node:path';
import type { Authority } from '../boot-trust/authorities.js';
import type { Content } from '../content/content.js';
import { readFolderTree } from '../content/folder-tree.js';
import { MediaTree } from '../content/media-tree.js';
import { byCodeUnit } from '../content/tree.js';
import { BytesContent } from '../content/views.js';
import { isAllFat32, isDisk } from '../definition/formats.js';
import type { MediaDefinition, MediaPackage } from '../definition/model.js';
import { type Finding, InplaceError } from '../errors.js';
import type { PlacedFile } from '../image/placed-file.js';
import type { CompiledSequence } from '../target/contract.js';
import type { TaskSequence } from '../task-sequence/model.js';
import type { UpgradePackage } from '../upgrade-package/open.js';
import { bootContents } from './boot-contents.js';
import { openBootImage } from './boot-image.js';
import { type BootManagerFiles, planBootManager, type StagedBootImage } from './boot-manager.js';
import { type BootImageChange, type StagedBootMenu, stageBootMenu } from './boot-menu.js';
import { compileMediaOf } from './compile-media.js';
import { type GeneratedFile, generateFiles, windowsName } from './generate.js';
import type { PackageSummary } from './generated.js';
import { lintStaged } from './lint-staged.js';
import { mediaIdOf, NO_MEDIA_ID } from './media-id.js';
import { MEDIA_PATHS } from './media-paths.js';
import { checkUpgradeSteps, planSequence } from './setup-plan.js';
import { refuseMixedProducts } from './several-packages.js';
import { FAT32_LIMITS, type SplitImage, type SplitLimits, splitInstallImages } from './split-install-image.js';
import type { StagedUpgradePackage } from './staged-upgrade-package.js';
import { newestTime, timeRules } from './times.js';
import { udfNameFindings } from './udf-name-findings.js';
import { refuseUnfit, withoutDrivers } from './unfit-package.js';

/** Where the bytes of the first upgrade package lie among the others (design/media.md, Order). */
const FIRST = 0;

export interface StagedMedia {
  /** the one at the root, which boots */
  readonly upgradePackage: UpgradePackage;
  /** all of them, that at the root first */
  readonly upgradePackages: readonly StagedUpgradePackage[];
  readonly label: string;
  readonly mediaId: string;
  /** the media's own time: generated files, directories and volume descriptors carry it */
  readonly time: Date;
  /** everything but the manifest, in the order in which it is written */
  readonly files: readonly PlacedFile[];
  readonly directories: readonly string[];
  readonly biosBoot?: Content;
  readonly uefiBoot?: Content;
  readonly packages: readonly PackageSummary[];
  /** what the boot menu changes in the boot image; left out when there is none that can be changed */
  readonly bootImage?: BootImageChange;
  /** the task sequence for what this Windows is */
  readonly sequence: TaskSequence;
  /** advice of the lint that the sequence acknowledges */
  readonly acknowledged: readonly Finding[];
  /** Setup's command line of the upgrade, for people */
  readonly setupCommand: string;
  /** install images that FAT32 cannot hold whole */
  readonly split: readonly SplitImage[];
  /** closes what staging itself has opened */
  close(): Promise<void>;
}

export interface StageOptions {
  /** version of this program */
  readonly version: string;
  /** SOURCE_DATE_EPOCH: seconds since 1970 */
  readonly sourceDateEpoch?: number;
  /** what FAT32 can hold, when left out */
  readonly splitLimits?: SplitLimits;
  /** who signs boot files; Microsoft, when left out */
  readonly authorities?: readonly Authority[];
}

export interface StageResult {
  /** left out when a finding is an error */
  readonly staged?: StagedMedia;
  readonly findings: readonly Finding[];
}

/**
 * Puts everything the definition names into its place. Contents are named, not read; problems are findings, all of them.
 * @param upgradePackages that for the root first; undefined when one could not be opened: the rest is checked all the same
 */
export async function stageMedia(
  definition: MediaDefinition,
  upgradePackages: readonly StagedUpgradePackage[] | undefined,
  options: StageOptions,
): Promise<StageResult> {
  const stage = new Stage(definition, options);
  const [first, ...others] = upgradePackages ?? [];
  let result: StageResult | undefined;
  try {
    result = first ? await stage.run(first, others) : await stage.checkRest();
    return result;
  } finally {
    if (result?.staged === undefined) await stage.close();
  }
}

class Stage {
  readonly #tree = new MediaTree();
  readonly #findings: Finding[] = [];
  readonly #packages: PackageSummary[] = [];
  readonly #closers: (() => Promise<void>)[] = [];
  readonly #times: ReturnType<typeof timeRules>;
  /** each upgrade package has a number, the boot image the next, then each package, the rest the last */
  readonly #order: { readonly bootImage: number; readonly packages: number; readonly rest: number };

  constructor(
    readonly definition: MediaDefinition,
    readonly options: StageOptions,
  ) {
    this.#times = timeRules(options.sourceDateEpoch);
    const bootImage = FIRST + 1 + definition.otherUpgradePackages.length;
    const packages = bootImage + 1;
    this.#order = { bootImage, packages, rest: packages + definition.packages.length };
  }

  async run(first: StagedUpgradePackage, others: readonly StagedUpgradePackage[]): Promise<StageResult> {
    const { definition } = this;
    const { upgradePackage } = first;
    const all = [first, ...others];
    this.#findings.push(...all.flatMap((one) => one.upgradePackage.facts.findings));
    const own = await this.#openBootImage(upgradePackage);
    const bootManager = await this.#planBootManager(upgradePackage, own);
    this.#addUpgradePackage(upgradePackage, bootManager);
    for (const [index, other] of others.entries()) this.#addOther(other, FIRST + 1 + index);
    this.#addBootImage(own, upgradePackage);
    await this.#addPackages();
    await this.#addPrestart();
    const split = await this.#splitInstallImages();
    if (isDisk(definition.output.format)) this.#tree.addDirectory(MEDIA_PATHS.reports, 'made by inplace');
    const boot = bootContents(definition, upgradePackage, bootManager.efisys);
    const looked = lintStaged(definition, all);
    const steps = checkUpgradeSteps(definition, all);
    this.#findings.push(...boot.findings, ...refuseMixedProducts(definition, all), ...looked.findings, ...steps);
    this.#findings.push(...udfNameFindings(definition, this.#tree));
    if (this.#hasErrors()) return { findings: this.#allFindings() };
    const plan = planSequence(definition, upgradePackage, await compileMediaOf(definition, all));

    const time = newestTime(this.options.sourceDateEpoch, this.#tree.entries());
    const menu = await this.#stageBootMenu(all, time);
    const mediaId = this.#generate(all, plan.compiled, time, menu);
    if (this.#hasErrors()) return { findings: this.#allFindings() };
    const { biosBoot, uefiBoot } = boot;
    const staged = {
      upgradePackage,
      upgradePackages: all,
      label: definition.label,
      mediaId,
      time,
      files: await this.#filesInOrder(menu, mediaId),
      directories: this.#tree.directories(),
      ...(biosBoot ? { biosBoot } : {}),
      ...(uefiBoot ? { uefiBoot } : {}),
      packages: this.#packages,
      sequence: plan.sequence,
      acknowledged: [...plan.sequence.acknowledged, ...looked.acknowledged],
      setupCommand: plan.shown,
      split,
      ...(menu === undefined ? {} : { bootImage: menu.change }),
      close: () => this.close(),
    };
    return { staged, findings: this.#allFindings() };
  }

  /** Closes what was opened here; the upgrade packages are the caller's. */
  async close(): Promise<void> {
    for (const close of this.#closers) await close();
  }

  /** Everything that can be checked without an upgrade package. */
  async checkRest(): Promise<StageResult> {
    await this.#openBootImage(undefined);
    await this.#addPackages();
    await this.#addPrestart();
    this.#findings.push(...udfNameFindings(this.definition, this.#tree));
    return { findings: this.#allFindings() };
  }

  #hasErrors(): boolean {
    return this.#allFindings().some((finding) => finding.severity !== 'warning');
  }

  #allFindings(): Finding[] {
    return [...this.#findings, ...this.#tree.findings];
  }

  /** Everything of the package as it is, but for what is replaced. */
  #addUpgradePackage(upgradePackage: UpgradePackage, bootManager: BootManagerFiles): void {
    const { tree, kind, path } = upgradePackage;
    this.#findings.push(...refuseUnfit(upgradePackage));
    const replaced: string[] = [MEDIA_PATHS.autorun, ...bootManager.files.map((file) => file.path)];
    if (this.definition.bootImage !== 'default') replaced.push(MEDIA_PATHS.bootImage);
    this.#tree.merge(tree, '', {
      order: FIRST,
      origin: path,
      except: replaced,
      modified: kind === 'iso' ? this.#times.recorded : this.#times.host,
    });
  }

  /** All of a further package in its own folder, untouched: nothing in it boots, and Setup is started where it lies. */
  #addOther({ path: folder, upgradePackage }: StagedUpgradePackage, order: number): void {
    const { tree, kind, path } = upgradePackage;
    this.#findings.push(...refuseUnfit(upgradePackage));
    const modified = kind === 'iso' ? this.#times.recorded : this.#times.host;
    this.#tree.merge(tree, folder, { order, origin: path, modified });
  }

  /** The definition's own boot image; undefined for the package's, or when it cannot be opened. */
  async #openBootImage(upgradePackage: UpgradePackage | undefined): Promise<StagedBootImage | undefined> {
    const { bootImage } = this.definition;
    if (bootImage === 'default') return undefined;
    const { file, findings } = await openBootImage(bootImage, upgradePackage?.facts.architectures ?? []);
    this.#findings.push(...findings);
    if (file) this.#closers.push(() => file.content.close());
    return file && { content: file.content, modified: this.#times.host(file.modified), file: bootImage };
  }

  #addBootImage(own: StagedBootImage | undefined, upgradePackage: UpgradePackage): void {
    if (own === undefined) return;
    this.#tree.add(upgradePackage.find(MEDIA_PATHS.bootImage)?.path ?? MEDIA_PATHS.bootImage, {
      content: own.content,
      modified: own.modified,
      order: this.#order.bootImage,
      origin: own.file,
    });
  }

  /** What `bootManager` puts onto the media: already there, in place of the package's own files. */
  async #planBootManager(upgradePackage: UpgradePackage, own: StagedBootImage | undefined): Promise<BootManagerFiles> {
    const { kind, path, find } = upgradePackage;
    const file = find(MEDIA_PATHS.bootImage);
    const time = kind === 'iso' ? this.#times.recorded : this.#times.host;
    const given = file && {
      content: file.content,
      modified: time(file.modified),
      file: kind === 'iso' ? `${path}:${file.path}` : join(path, file.path),
    };
    const bootImage = own ?? (this.definition.bootImage === 'default' ? given : undefined);
    const plan = await planBootManager(this.definition, upgradePackage, bootImage, this.options.authorities);
    this.#findings.push(...plan.findings);
    for (const { path: target, content } of plan.files) {
      const { modified, file: origin } = bootImage!;
      this.#tree.add(target, { content, modified, order: this.#order.bootImage, origin });
    }
    return plan;
  }

  async #addPackages(): Promise<void> {
    for (const [index, item] of this.definition.packages.entries()) {
      try {
        await this.#addPackage(item, this.#order.packages + index);
      } catch (error) {
        if (!(error instanceof InplaceError)) throw error;
        this.#findings.push(...error.findings);
      }
    }
  }

  /** @param order of its bytes on the media: packages lie by id, which is how the definition lists them */
  async #addPackage({ id, kind, source }: MediaPackage, order: number): Promise<void> {
    const { tree, findings } = await readFolderTree(source);
    this.#findings.push(...findings);
    this.#tree.merge(tree, `${MEDIA_PATHS.packages}/${id}`, { order, origin: source, modified: this.#times.host });
    const bytes = tree.files.reduce((sum, file) => sum + file.content.size, 0);
    this.#packages.push({ id, kind, files: tree.files.length, bytes });
    if (kind === 'drivers') this.#findings.push(...withoutDrivers(id, source, tree));
  }

  /** The files of the command that runs before the sequence. */
  async #addPrestart(): Promise<void> {
    const { prestart } = this.definition;
    if (prestart?.files === undefined) return;
    try {
      const { tree, findings } = await readFolderTree(prestart.files);
      this.#findings.push(...findings);
      const place = { order: this.#order.rest, origin: prestart.files, modified: this.#times.host };
      this.#tree.merge(tree, MEDIA_PATHS.prestart, place);
    } catch (error) {
      if (!(error instanceof InplaceError)) throw error;
      this.#findings.push(...error.findings);
    }
  }

  /** Behind everything that brings install images, and before the media id, which knows every name. */
  async #splitInstallImages(): Promise<readonly SplitImage[]> {
    const { output, usb } = this.definition;
    if (!isAllFat32(output.format, usb.layout)) return [];
    const { images, close } = await splitInstallImages(
      this.#tree,
      this.options.splitLimits ?? FAT32_LIMITS,
      this.#findings,
    );
    this.#closers.push(close);
    return images;
  }

  async #stageBootMenu(all: readonly StagedUpgradePackage[], time: Date): Promise<StagedBootMenu | undefined> {
    const { definition } = this;
    const windows = windowsName(all);
    const { menu, findings } = await stageBootMenu({ definition, windows, entries: this.#tree.entries(), time });
    this.#findings.push(...findings);
    if (menu) this.#closers.push(() => menu.close());
    return menu;
  }

  /** The files that staging writes itself. Their names come from the media id, which comes from all but their names. */
  #generate(
    upgradePackages: readonly StagedUpgradePackage[],
    sequence: CompiledSequence,
    time: Date,
    menu: StagedBootMenu | undefined,
  ): string {
    const { definition, options } = this;
    const { version } = options;
    const common = { definition, upgradePackages, packages: this.#packages, sequence, time, version };
    const nameless = generateFiles({ ...common, mediaId: NO_MEDIA_ID, reveal: false });
    const named = [
      ...this.#tree.entries().map(({ path, file }) => ({
        path,
        size: file.content.size,
        modified: file.modified,
        ...(path === menu?.path ? { size: menu.size, generated: menu.generated } : {}),
      })),
      ...nameless.map(({ path, bytes }) => ({ path, size: bytes.length, modified: time, generated: bytes })),
    ].sort((a, b) => byCodeUnit(a.path, b.path));
    const mediaId = mediaIdOf(options.version, definition.describe(), this.#tree.directories(), named);
    for (const file of generateFiles({ ...common, mediaId, reveal: true })) this.#addGenerated(file, time);
    return mediaId;
  }

  #addGenerated({ path, bytes }: GeneratedFile, time: Date): void {
    const content = new BytesContent(bytes);
    const order = this.#order.rest;
    this.#tree.add(path, { content, modified: time, order, origin: 'written by inplace' });
  }

  async #filesInOrder(menu: StagedBootMenu | undefined, mediaId: string): Promise<PlacedFile[]> {
    const bootImage = await menu?.content(mediaId);
    const entries = [...this.#tree.entries()].sort(
      (a, b) =>
        a.file.order - b.file.order ||
        (a.file.order < this.#order.bootImage ? b.file.content.size - a.file.content.size : 0) ||
        byCodeUnit(a.path, b.path),
    );
    return entries.map(({ path, file }) => ({
      path,
      content: path === menu?.path ? bootImage! : file.content,
      modified: file.modified,
    }));
  }
}
