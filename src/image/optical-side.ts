/**
 * The optical side of an image: UDF 1.02 with the small ISO 9660 stub that Windows media have, El Torito for BIOS and
 * UEFI (design/media.md, Formats). UDF and ISO 9660 know nothing of each other; this module gives both their places.
 */
import type { Content } from '../content/content.js';
import { BytesContent } from '../content/views.js';
import { bootCatalog } from '../formats/eltorito/boot-catalog.js';
import { BOOT_RECORD_LBA, bootRecord } from '../formats/eltorito/boot-record.js';
import { isoStub, STUB_LBA } from '../formats/iso9660/stub.js';
import { planUdf, type UdfPlan, udfRecognition } from '../formats/udf/write.js';
import type { LayoutBuilder, Region } from './layout.js';
import { type DirectoryNode, type FileNode, SECTOR } from './placed-file.js';

/** Where each structure lies, in sectors. ECMA-167 3/8.4.2.1 fixes the anchor, ECMA-119 8 the first descriptor. */
const LBA = {
  descriptors: 16,
  recognition: 19,
  bootCatalog: 26,
  mainVds: 32,
  reserveVds: 48,
  integrity: 64,
  anchor: 256,
  partition: 257,
} as const;

export interface OpticalOptions {
  readonly label: string;
  /** lower-case hex; every id on the volume derives from it */
  readonly mediaId: string;
  /** the media's own time: directories and volume descriptors carry it */
  readonly recorded: Date;
  /** program and version, for the ISO 9660 stub's application identifier */
  readonly application: string;
}

/** What is known when all files have their place. */
export interface OpticalPlaces {
  readonly regions: ReadonlyMap<FileNode, Region>;
  /** a file that El Torito starts */
  readonly biosBoot: Region | undefined;
  readonly uefiBoot: Region | undefined;
  /** the closing anchor; UDF's partition ends before it */
  readonly anchor: Region;
  /** of the whole image */
  readonly totalSectors: number;
}

interface Front {
  readonly low: Region;
  readonly mainVds: Region;
  readonly reserveVds: Region;
  readonly integrity: Region;
  readonly anchor: Region;
  readonly metadata: Region;
}

export class OpticalSide {
  readonly #plan: UdfPlan;
  #front: Front | undefined;

  /** @throws InplaceError LAYOUT_LIMIT, MEDIA_NAME for what UDF 1.02 cannot hold, every problem at once */
  constructor(
    root: DirectoryNode,
    readonly options: OpticalOptions,
  ) {
    const { label, mediaId, recorded } = options;
    this.#plan = planUdf(root, { label, volumeSetId: mediaId, recorded });
  }

  /** Reserves everything from sector 16 to the last directory; files may follow anywhere. */
  reserve(layout: LayoutBuilder): void {
    layout.skipTo(LBA.descriptors * SECTOR, 'system area');
    const low = layout.reserve(
      (LBA.bootCatalog + 1 - LBA.descriptors) * SECTOR,
      'ISO 9660 stub, boot catalog',
      'structure',
    );
    layout.skipTo(LBA.mainVds * SECTOR, 'unused');
    const mainVds = layout.reserve(16 * SECTOR, 'UDF volume descriptor sequence', 'structure');
    const reserveVds = layout.reserve(16 * SECTOR, 'UDF reserve volume descriptor sequence', 'structure');
    const integrity = layout.reserve(2 * SECTOR, 'UDF logical volume integrity', 'structure');
    layout.skipTo(LBA.anchor * SECTOR, 'unused');
    const anchor = layout.reserve(SECTOR, 'UDF anchor', 'structure');
    const metadata = layout.reserve(
      this.#plan.metadataBlocks * SECTOR,
      'UDF file entries and directories',
      'structure',
    );
    this.#front = { low, mainVds, reserveVds, integrity, anchor, metadata };
  }

  /** Puts the structures into what `reserve` has reserved, and the closing anchor into its place. */
  place(layout: LayoutBuilder, places: OpticalPlaces): void {
    const front = this.#front;
    if (!front) throw new Error('The optical side was placed before it was reserved');
    const lastLba = places.anchor.offset / SECTOR;
    const volume = this.#plan.render({
      partitionStart: LBA.partition,
      partitionBlocks: lastLba - LBA.partition,
      mainVdsLba: LBA.mainVds,
      reserveVdsLba: LBA.reserveVds,
      integrityLba: LBA.integrity,
      dataBlock: (file) => places.regions.get(file)!.offset / SECTOR - LBA.partition,
    });
    layout.place(front.mainVds, volume.mainVds);
    layout.place(front.reserveVds, volume.reserveVds);
    layout.place(front.integrity, volume.integrity);
    layout.place(front.anchor, volume.anchor(LBA.anchor));
    layout.place(front.metadata, volume.metadata);
    layout.place(places.anchor, volume.anchor(lastLba));
    layout.place(front.low, this.#lowSectors(places));
  }

  /** Sectors 16 to 26: volume descriptors, UDF recognition, path tables, root directory, README, boot catalog. */
  #lowSectors({ biosBoot, uefiBoot, totalSectors }: OpticalPlaces): Content {
    const { label, recorded, application, mediaId } = this.options;
    const stub = isoStub({ label, recorded, totalSectors, application, volumeSetId: mediaId });
    const bootable = biosBoot !== undefined || uefiBoot !== undefined;
    // load size of etfsboot.com: what every Windows disc says (facts/configmgr.md G.1)
    const catalog = {
      ...(biosBoot ? { bios: { lba: biosBoot.offset / SECTOR, sectors512: 8 } } : {}),
      ...(uefiBoot ? { uefi: { lba: uefiBoot.offset / SECTOR, sectors512: Math.ceil(uefiBoot.size / 512) } } : {}),
    };
    const sectors = new Uint8Array((LBA.bootCatalog + 1 - LBA.descriptors) * SECTOR);
    const put = (lba: number, bytes: Uint8Array) => sectors.set(bytes, (lba - LBA.descriptors) * SECTOR);
    put(STUB_LBA.primaryVolumeDescriptor, stub.primaryVolumeDescriptor);
    // the sequence has no hole: media that boot nothing have a second terminator where the boot record would be
    put(BOOT_RECORD_LBA, bootable ? bootRecord(LBA.bootCatalog) : stub.terminator);
    put(STUB_LBA.terminator, stub.terminator);
    put(LBA.recognition, udfRecognition());
    put(STUB_LBA.pathTableL, stub.pathTableL);
    put(STUB_LBA.pathTableM, stub.pathTableM);
    put(STUB_LBA.rootDirectory, stub.rootDirectory);
    put(STUB_LBA.readme, stub.readme);
    if (bootable) put(LBA.bootCatalog, bootCatalog(catalog));
    return new BytesContent(sectors);
  }
}
