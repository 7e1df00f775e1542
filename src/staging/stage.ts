/**
 * Staging: from a definition to the media tree. The only place that knows what goes where on the media
 * (design/media.md, What is on the media; Ids; Order; Times and names).
 */
import type { Content } from '../content/content.js';
import { readFolderTree } from '../content/folder-tree.js';
import { MediaTree } from '../content/media-tree.js';
import { byCodeUnit } from '../content/tree.js';
import { BytesContent } from '../content/views.js';
import type { MediaDefinition } from '../definition/model.js';
import { type Finding, InplaceError } from '../errors.js';
import { checkUdfName } from '../formats/udf/names.js';
import type { PlacedFile } from '../image/iso-image.js';
import type { UpgradePackage } from '../upgrade-package/open.js';
import { bootContents } from './boot-contents.js';
import { openBootImage } from './boot-image.js';
import { type GeneratedFile, generateFiles } from './generate.js';
import type { PackageSummary } from './generated.js';
import { mediaIdOf, NO_MEDIA_ID } from './media-id.js';
import { MEDIA_PATHS } from './media-paths.js';
import { planSetup, type SetupPlan } from './setup-plan.js';
import { newestTime, timeRules } from './times.js';

/** Where a file's bytes lie among the others (design/media.md, Order). */
const ORDER = { upgradePackage: 0, bootImage: 1, packages: 2, generated: 3 } as const;

export interface StagedMedia {
  readonly upgradePackage: UpgradePackage;
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
  /** how the media starts Windows Setup, secrets hidden */
  readonly setupCommand: string;
}

export interface StageOptions {
  /** version of this program */
  readonly version: string;
  /** SOURCE_DATE_EPOCH: seconds since 1970 */
  readonly sourceDateEpoch?: number;
}

export interface StageResult {
  /** left out when a finding is an error */
  readonly staged?: StagedMedia;
  readonly findings: readonly Finding[];
}

/** Puts everything the definition names into its place. Contents are named, not read; problems are findings, all of them. */
export async function stageMedia(
  definition: MediaDefinition,
  upgradePackage: UpgradePackage,
  options: StageOptions,
): Promise<StageResult> {
  const stage = new Stage(definition, upgradePackage, options);
  return await stage.run();
}

class Stage {
  readonly #tree = new MediaTree();
  readonly #findings: Finding[] = [];
  readonly #packages: PackageSummary[] = [];
  readonly #times: ReturnType<typeof timeRules>;

  constructor(
    readonly definition: MediaDefinition,
    readonly upgradePackage: UpgradePackage,
    readonly options: StageOptions,
  ) {
    this.#times = timeRules(options.sourceDateEpoch);
  }

  async run(): Promise<StageResult> {
    const { definition, upgradePackage } = this;
    this.#findings.push(...upgradePackage.facts.findings);
    this.#addUpgradePackage();
    await this.#addBootImage();
    for (const item of definition.packages) await this.#addPackage(item);
    const boot = bootContents(definition, upgradePackage);
    const setup = planSetup(definition, upgradePackage);
    this.#findings.push(...boot.findings, ...setup.findings);
    if (definition.output.format === 'iso') this.#findings.push(...udfNameFindings(this.#tree));
    if (setup.plan === undefined || this.#hasErrors()) return { findings: this.#allFindings() };

    const time = newestTime(this.options.sourceDateEpoch, this.#tree.entries());
    const mediaId = this.#generate(setup.plan, time);
    if (this.#hasErrors()) return { findings: this.#allFindings() };
    const { biosBoot, uefiBoot } = boot;
    const staged = {
      upgradePackage,
      label: definition.label,
      mediaId,
      time,
      files: this.#filesInOrder(),
      directories: this.#tree.directories(),
      ...(biosBoot ? { biosBoot } : {}),
      ...(uefiBoot ? { uefiBoot } : {}),
      packages: this.#packages,
      setupCommand: setup.plan.shown,
    };
    return { staged, findings: this.#allFindings() };
  }

  #hasErrors(): boolean {
    return this.#allFindings().some((finding) => finding.severity !== 'warning');
  }

  #allFindings(): Finding[] {
    return [...this.#findings, ...this.#tree.findings];
  }

  /** Everything of the package as it is, but for what is replaced. */
  #addUpgradePackage(): void {
    const { tree, kind, path } = this.upgradePackage;
    this.#refuseOwnMedia();
    this.#refuseDualArchitecture();
    const replaced: string[] = [MEDIA_PATHS.autorun];
    if (this.definition.bootImage !== 'default') replaced.push(MEDIA_PATHS.bootImage);
    this.#tree.merge(tree, '', {
      order: ORDER.upgradePackage,
      origin: path,
      except: replaced,
      modified: kind === 'iso' ? this.#times.recorded : this.#times.host,
    });
  }

  /** Media that inplace built are no upgrade package: their deploy folder and ours would mix. */
  #refuseOwnMedia(): void {
    const { path, tree } = this.upgradePackage;
    const ours = [MEDIA_PATHS.deploy, MEDIA_PATHS.bootstrap, MEDIA_PATHS.reports].map((name) => name.toLowerCase());
    const found = [...tree.directories, ...tree.files.map((file) => file.path)].filter((name) =>
      ours.includes(name.toLowerCase()),
    );
    for (const name of found) {
      this.#findings.push({
        code: 'NOT_WINDOWS_MEDIA',
        message: `The upgrade package has a "${name}" of its own, and inplace puts one there: is this media that inplace built?`,
        where: { file: path, path: name },
        hint: 'Give the original Windows ISO',
      });
    }
  }

  /** The bootstrap knows one architecture; a choice among several upgrade packages is the engine's. */
  #refuseDualArchitecture(): void {
    const { path, facts } = this.upgradePackage;
    if (!facts.dualArchitecture) return;
    this.#findings.push({
      code: 'SOURCE_UNSUPPORTED',
      message: `The Windows media are for ${facts.architectures.join(' and ')} at once, and this version builds from one architecture`,
      where: { file: path },
      hint: 'Give an ISO of one architecture, or one of the folders in it',
    });
  }

  async #addBootImage(): Promise<void> {
    const { bootImage } = this.definition;
    if (bootImage === 'default') return;
    const { file, findings } = await openBootImage(bootImage);
    this.#findings.push(...findings);
    if (!file) return;
    const own = this.upgradePackage.find(MEDIA_PATHS.bootImage);
    this.#tree.add(own?.path ?? MEDIA_PATHS.bootImage, {
      content: file.content,
      modified: this.#times.host(file.modified),
      order: ORDER.bootImage,
      origin: bootImage,
    });
  }

  async #addPackage({ id, kind, source }: MediaDefinition['packages'][number]): Promise<void> {
    const at = `${MEDIA_PATHS.packages}/${id}`;
    try {
      const { tree, findings } = await readFolderTree(source);
      this.#findings.push(...findings);
      this.#tree.merge(tree, at, { order: ORDER.packages, origin: source, modified: this.#times.host });
      const bytes = tree.files.reduce((sum, file) => sum + file.content.size, 0);
      this.#packages.push({ id, kind, files: tree.files.length, bytes });
    } catch (error) {
      if (!(error instanceof InplaceError)) throw error;
      this.#findings.push(...error.findings);
    }
  }

  /** The files that staging writes itself. Their names come from the media id, which comes from all but their names. */
  #generate(setup: SetupPlan, time: Date): string {
    const { definition, upgradePackage, options } = this;
    const common = { definition, upgradePackage, packages: this.#packages, setup, time, version: options.version };
    const nameless = generateFiles({ ...common, mediaId: NO_MEDIA_ID, reveal: false });
    const named = [
      ...this.#tree.entries().map(({ path, file }) => ({ path, size: file.content.size, modified: file.modified })),
      ...nameless.map(({ path, bytes }) => ({ path, size: bytes.length, modified: time, generated: bytes })),
    ].sort((a, b) => byCodeUnit(a.path, b.path));
    const mediaId = mediaIdOf(options.version, definition.describe(), named);
    for (const file of generateFiles({ ...common, mediaId, reveal: true })) this.#addGenerated(file, time);
    return mediaId;
  }

  #addGenerated({ path, bytes }: GeneratedFile, time: Date): void {
    const content = new BytesContent(bytes);
    this.#tree.add(path, { content, modified: time, order: ORDER.generated, origin: 'written by inplace' });
  }

  #filesInOrder(): PlacedFile[] {
    const entries = [...this.#tree.entries()].sort(
      (a, b) =>
        a.file.order - b.file.order ||
        (a.file.order === ORDER.upgradePackage ? b.file.content.size - a.file.content.size : 0) ||
        byCodeUnit(a.path, b.path),
    );
    return entries.map(({ path, file }) => ({ path, content: file.content, modified: file.modified }));
  }
}

/** Names that Windows could use and UDF 1.02 cannot hold. */
function udfNameFindings(tree: MediaTree): Finding[] {
  const paths = [...tree.directories(), ...tree.entries().map(({ path }) => path)];
  return paths.flatMap((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const reason = checkUdfName(name);
    if (reason === undefined) return [];
    return [{ code: 'MEDIA_NAME', message: `The name "${name}" ${reason}`, where: { path }, hint: 'Shorten it' }];
  });
}
