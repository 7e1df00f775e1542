/**
 * Staging: from a definition to the media tree. The only place that knows what goes where on the media
 * (design/media.md, What is on the media; Ids; Order; Times and names).
 */
import type { Authority } from '../boot-trust/authorities.js';
import type { Content } from '../content/content.js';
import type { MediaTree } from '../content/media-tree.js';
import { byCodeUnit } from '../content/tree.js';
import { BytesContent } from '../content/views.js';
import { isAllFat32, isDisk } from '../definition/formats.js';
import type { MediaDefinition } from '../definition/model.js';
import type { Finding } from '../errors.js';
import type { PlacedFile } from '../image/placed-file.js';
import type { CompiledSequence } from '../target/contract.js';
import type { TaskSequence } from '../task-sequence/model.js';
import type { UpgradePackage } from '../upgrade-package/open.js';
import { bootContents } from './boot-contents.js';
import { type BootImageChange, type StagedBootMenu, stageBootMenu } from './boot-menu.js';
import { compileMediaOf } from './compile-media.js';
import { type GeneratedFile, generateFiles, windowsName } from './generate.js';
import type { PackageSummary } from './generated.js';
import { Inputs } from './inputs.js';
import { lintStaged } from './lint-staged.js';
import { mediaIdOf, NO_MEDIA_ID } from './media-id.js';
import { MEDIA_PATHS } from './media-paths.js';
import { checkUpgradeSteps, planSequence } from './setup-plan.js';
import { refuseMixedProducts } from './several-packages.js';
import { FAT32_LIMITS, type SplitImage, type SplitLimits, splitInstallImages } from './split-install-image.js';
import type { StagedUpgradePackage } from './staged-upgrade-package.js';
import { newestTime } from './times.js';
import { udfNameFindings } from './udf-name-findings.js';

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
  readonly #inputs: Inputs;
  readonly #tree: MediaTree;
  readonly #findings: Finding[];
  readonly #closers: (() => Promise<void>)[];

  constructor(
    readonly definition: MediaDefinition,
    readonly options: StageOptions,
  ) {
    this.#inputs = new Inputs(definition, options.sourceDateEpoch);
    this.#tree = this.#inputs.tree;
    this.#findings = this.#inputs.findings;
    this.#closers = this.#inputs.closers;
  }

  async run(first: StagedUpgradePackage, others: readonly StagedUpgradePackage[]): Promise<StageResult> {
    const { definition } = this;
    const { upgradePackage } = first;
    const all = [first, ...others];
    this.#findings.push(...all.flatMap((one) => one.upgradePackage.facts.findings));
    const own = await this.#inputs.openBootImage(upgradePackage);
    const bootManager = await this.#inputs.planBootManager(upgradePackage, own, this.options.authorities);
    this.#inputs.addUpgradePackage(upgradePackage, bootManager);
    for (const [index, other] of others.entries()) this.#inputs.addOther(other, index);
    this.#inputs.addBootImage(own, upgradePackage);
    await this.#inputs.addPackages();
    await this.#inputs.addPrestart();
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
      packages: this.#inputs.packages,
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
    await this.#inputs.openBootImage(undefined);
    await this.#inputs.addPackages();
    await this.#inputs.addPrestart();
    this.#findings.push(...udfNameFindings(this.definition, this.#tree));
    return { findings: this.#allFindings() };
  }

  #hasErrors(): boolean {
    return this.#allFindings().some((finding) => finding.severity !== 'warning');
  }

  #allFindings(): Finding[] {
    return [...this.#findings, ...this.#tree.findings];
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
    const common = { definition, upgradePackages, packages: this.#inputs.packages, sequence, time, version };
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
    const order = this.#inputs.order.rest;
    this.#tree.add(path, { content, modified: time, order, origin: 'written by inplace' });
  }

  async #filesInOrder(menu: StagedBootMenu | undefined, mediaId: string): Promise<PlacedFile[]> {
    const bootImage = await menu?.content(mediaId);
    const entries = [...this.#tree.entries()].sort(
      (a, b) =>
        a.file.order - b.file.order ||
        (a.file.order < this.#inputs.order.bootImage ? b.file.content.size - a.file.content.size : 0) ||
        byCodeUnit(a.path, b.path),
    );
    return entries.map(({ path, file }) => ({
      path,
      content: path === menu?.path ? bootImage! : file.content,
      modified: file.modified,
    }));
  }
}
