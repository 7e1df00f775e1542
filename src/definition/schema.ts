/** The one source of media.yaml (design/media.md): its types, its checks and its JSON Schema come from here. */
import { z } from 'zod';
import { duration, size } from '../task-sequence/schema/durations.js';
import { publishSchema } from '../yaml/json-schema.js';
import { notBuilt } from '../yaml/not-built.js';
import { DEFAULT_FORMAT, OUTPUT_FORMATS, USB_LAYOUTS } from './formats.js';

/** What a package is. */
export const PACKAGE_KINDS = ['drivers', 'application', 'files'] as const;

const sha256 = z
  .string()
  .regex(/^[0-9A-Fa-f]{64}$/, 'expected 64 hexadecimal digits')
  .describe('SHA-256 of the ISO. The build is refused when the file has another one.');

const upgradePackageFields = {
  source: z
    .string()
    .min(1, 'expected a path')
    .describe('The Windows ISO, or the folder it was extracted to. Relative to this file.'),
  sha256: sha256.optional(),
  edition: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected an edition id such as Enterprise')
    .optional()
    .describe('The one edition that goes onto the media, by its id. Left out, every image stays.'),
  image: z
    .int()
    .min(1, 'expected a number from 1')
    .max(999_999_999, 'expected the number of an image')
    .optional()
    .describe('The one image that goes onto the media, by its number, in place of edition.'),
};

const upgradePackage = z
  .strictObject(upgradePackageFields)
  .describe('The Windows install media whose Setup performs the upgrade. Several are listed under upgradePackages.');

const listedUpgradePackage = z
  .strictObject({
    id: z
      .string()
      .describe('Name of the upgrade package: letters, digits, dash, underscore and dot. A folder has this name.'),
    ...upgradePackageFields,
  })
  .describe('Windows install media, one of several.');

const DATE_FORM = 'a date such as 2026-11-30';

/** Which of these days a month has is asked in check-validity.ts. */
const date = z
  .string()
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, `expected ${DATE_FORM}`)
  .meta({ expected: DATE_FORM });

const validity = z
  .strictObject({
    from: date.optional().describe('The first day on which the media may be used, a whole one.'),
    until: date.optional().describe('The last day on which the media may be used, a whole one.'),
  })
  .refine(({ from, until }) => from !== undefined || until !== undefined, 'expected "from", "until", or both')
  .meta({
    description:
      'The days on which an upgrade may be started from the media, by the clock and in the time zone of the computer that is upgraded.',
    minProperties: 1,
  });

const prestart = z
  .strictObject({
    command: z
      .string()
      .regex(/^[^\p{Cc}]{1,8000}$/u, 'expected a command line')
      .describe('The command, run from the folder of the files. %Name% stands for a variable.'),
    files: z
      .string()
      .min(1, 'expected a path')
      .optional()
      .describe('The folder with the files of the command. Relative to this file.'),
    timeout: duration.default('60 min').describe('How long it may take, people included. Left out: 60 min.'),
  })
  .describe('A command that runs in the session of the person who starts the upgrade, before anything is changed.');

const mediaPackage = z
  .strictObject({
    id: z
      .string()
      .describe(
        'Name of the package: letters, digits, dash, underscore and dot. Its folder on the media has this name.',
      ),
    kind: z
      .enum(PACKAGE_KINDS)
      .describe('drivers: .inf files that Windows Setup installs. application, files: carried onto the media.'),
    source: z.string().min(1, 'expected a path').describe('The folder with the files. Relative to this file.'),
    install: z
      .string()
      .regex(/^[^\p{Cc}]{1,8000}$/u, 'expected a command line')
      .optional()
      .describe('The command that installs the application, run in its folder by the step installApplication.'),
  })
  .describe('A folder that goes onto the media, to deploy/packages/ID.');

const variable = z
  .union([
    z.string(),
    z.number(),
    z.boolean(),
    z.strictObject({
      value: z
        .union([z.string(), z.number(), z.boolean()])
        .optional()
        .describe('The value itself. Either this or env.'),
      env: z.string().optional().describe('The environment variable that holds the value when the media is built.'),
      secret: z
        .boolean()
        .optional()
        .describe('Never show the value in a message or a log. Whoever holds the media can still read it.'),
    }),
  ])
  .describe('The value of a task sequence variable.');

const output = z
  .strictObject({
    format: z
      .enum(OUTPUT_FORMATS)
      .default(DEFAULT_FORMAT)
      .describe(
        'hybrid (the default): for a DVD or a virtual machine, and a disk as well: copied to a stick it boots under BIOS and UEFI. iso: the same without the disk; it holds files of any size. usb: a disk image for one stick. folder, zip: the files alone.',
      ),
    bootPrompt: z
      .boolean()
      .default(true)
      .describe(
        'Whether UEFI asks "Press any key to boot from CD". false takes efisys_noprompt.bin of the upgrade package.',
      ),
    size: size
      .default('14 GiB')
      .describe('For the format usb: the size of the stick. 14 GiB fits every stick that is sold as 16 GB.'),
    maxSize: notBuilt('The largest output file.', 'the output is one file', 'Leave it out and use the format iso'),
    spanning: notBuilt('Spread over several media.', 'the output is one file', 'Leave it out and use the format iso'),
  })
  .describe('What is written.');

const mediaFields = z.strictObject({
  name: z
    .string()
    .regex(/^[^\p{Cc}]{1,128}$/u, 'expected 1 to 128 characters in one line')
    .describe('What this media is, in your words. People see it when they start the media.'),
  label: z
    .string()
    .optional()
    .describe(
      'Volume label: A to Z, 0 to 9 and underscore, at most 11, or 30 in the formats iso, folder and zip. Made from the name when left out.',
    ),
  upgradePackage: upgradePackage.optional(),
  upgradePackages: z
    .array(listedUpgradePackage)
    .min(1, 'expected at least one upgrade package')
    .optional()
    .describe('Several upgrade packages; each computer takes the one that fits. The media boot from the first.'),
  bootImage: z
    .string()
    .min(1, 'expected "default" or a path')
    .default('default')
    .describe("default: the upgrade package's own sources/boot.wim. Or the path of a boot.wim that replaces it."),
  bootDrivers: z
    .array(z.string().min(1, 'expected the id of a package'))
    .default([])
    .describe(
      'Ids of packages of kind drivers that are put into the boot image as well: for disks and networks that it does not know. They are loaded when a machine starts from the media.',
    ),
  packages: z.array(mediaPackage).default([]).describe('Drivers, applications and files that the media carries.'),
  taskSequence: z
    .string()
    .min(1, 'expected a path')
    .optional()
    .describe('The task sequence file. Left out: one upgrade step. Relative to this file.'),
  variables: z
    .record(z.string(), variable)
    .default({})
    .describe('Task sequence variables: a name (a letter, then letters, digits, _ and -) and a value.'),
  prestart: prestart.optional(),
  validity: validity.optional(),
  autorun: z.boolean().default(true).describe('Whether an autorun.inf starts upgrade.cmd when the media is put in.'),
  bootManager: z
    .union([z.enum(['asIs', '2011', '2023']), z.literal(2011), z.literal(2023)])
    .default('asIs')
    .describe(
      'Which Secure Boot authority signs what boots. asIs: the boot managers of the upgrade package as they are. 2011: checks that they are signed by the authorities of 2011. 2023: takes those that the boot image holds for the authorities of 2023.',
    ),
  output: output.prefault({}),
  password: notBuilt('Protects the media.', 'media is not encrypted', 'Leave it out, and keep the media safe'),
  signing: notBuilt(
    'Signs the manifest.',
    'manifests are not signed',
    "Leave it out; verify checks the manifest's sums",
  ),
  usb: z
    .strictObject({
      layout: z
        .enum(USB_LAYOUTS)
        .default('fat32')
        .describe(
          'fat32: one partition with everything. fat32+exfat: everything on exFAT, which holds files over 4 GiB, and a small FAT32 partition that boots.',
        ),
    })
    .prefault({})
    .describe('For the format usb.'),
});

/** media.yaml: one upgrade package, or a list of them. */
export const mediaSchema = mediaFields
  .refine(({ upgradePackage, upgradePackages }) => upgradePackage !== undefined || upgradePackages !== undefined, {
    path: ['upgradePackage'],
    error: 'expected the Windows install media',
    // said together with everything else that is wrong
    when: isObject,
  })
  .refine(({ upgradePackage, upgradePackages }) => upgradePackage === undefined || upgradePackages === undefined, {
    path: ['upgradePackages'],
    error: 'expected either "upgradePackage" or "upgradePackages"',
    when: isObject,
  })
  // the same for editors
  .meta({ oneOf: [{ required: ['upgradePackage'] }, { required: ['upgradePackages'] }] });

function isObject({ value }: { readonly value: unknown }): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** media.yaml as it is written, checked against the schema. */
export type MediaYaml = z.infer<typeof mediaSchema>;

/** The JSON Schema of media.yaml, draft 2020-12, for editors. */
export function mediaDefinitionJsonSchema(): object {
  return publishSchema(mediaSchema, {
    id: 'urn:inplace:schema:media-definition',
    title: 'Media definition of inplace',
  });
}
