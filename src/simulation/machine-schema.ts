/** The one source of a machine file: its types, its checks and its JSON Schema (issue 3: the simulated machine). */
import { z } from 'zod';
import { delay, duration, size } from '../task-sequence/schema/durations.js';
import { publishSchema } from '../yaml/json-schema.js';
import { commandSchema, mediaSchema, setupSchema } from './machine-schema/behaviour.js';
import { expectSchema } from './machine-schema/expect.js';
import { fileSchema, line, registrySchema, signedDuration, time, windowsPath } from './machine-schema/values.js';

const guid = z
  .string()
  .regex(/^\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}$/, 'expected a GUID in braces');

const windowsSchema = z.strictObject({
  name: line.optional().describe('What people call it: Windows 10 Pro 22H2. Left out: made of version and edition.'),
  version: z
    .string()
    .regex(/^\d{1,2}\.\d\.\d{4,5}(?:\.\d{1,5})?$/, 'expected a version such as 10.0.19045 or 6.1.7601')
    .meta({ expected: 'a version such as 10.0.19045' })
    .describe('Version with its build: 10.0.19045.'),
  edition: z
    .string()
    .regex(/^[A-Za-z]{2,40}$/, 'expected an edition id such as Professional or ServerStandard')
    .describe('EditionID of the registry: Professional, Enterprise, EnterpriseS, Core, ServerStandard.'),
  type: z.enum(['client', 'server', 'serverCore']).optional().describe('Left out: by the edition.'),
  architecture: z.enum(['x86', 'x64', 'arm64']).optional().describe('Left out: x64.'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(?:-[A-Za-z]{2,4}){1,2}$/, 'expected a language such as en-US')
    .optional()
    .describe('Base language. Left out: en-US.'),
  servicePack: z.int().min(0).max(9).optional().describe('Number of the service pack.'),
  oemLicence: z
    .boolean()
    .optional()
    .describe('The licence came with the machine: Setup ignores its hooks (KB 4494015).'),
  started: z
    .enum(['normal', 'safeMode', 'auditMode', 'vhd', 'toGo'])
    .optional()
    .describe('How it was started. Left out: normal.'),
});

const computerSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,15}$/, 'expected a computer name')
    .optional()
    .describe('Computer name.'),
  make: line.optional().describe('Manufacturer.'),
  model: line.optional().describe('Model.'),
  serialNumber: line.optional().describe('Serial number.'),
  assetTag: line.optional().describe('Asset tag.'),
  uuid: line.optional().describe('SMBIOS UUID.'),
  memory: size.optional().describe('Memory. Left out: 8 GB.'),
  cores: z.int().min(1).max(1024).optional().describe('Processor cores. Left out: 4.'),
  processorSpeed: z.int().min(100).max(10_000).optional().describe('MHz. Left out: 2400.'),
  firmware: z.enum(['uefi', 'bios']).optional().describe('Left out: uefi.'),
  secureBoot: z.boolean().optional().describe('Left out: true with UEFI.'),
  tpm: z.enum(['none', '1.2', '2.0']).optional().describe('Left out: 2.0 with UEFI, none with BIOS.'),
  power: z.enum(['desktop', 'mains', 'battery']).optional().describe('A desktop has no battery. Left out: desktop.'),
  network: z.enum(['wired', 'wireless', 'none']).optional().describe('Left out: none.'),
});

const driveSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Z]:$/, 'expected a letter such as D:')
    .describe('D:'),
  size: size.describe('Size of the drive.'),
  free: size.describe('Free space.'),
});

export const machineSchema = z.strictObject({
  description: z.string().max(1000).optional().describe('What this machine is, in your words.'),
  windows: windowsSchema.describe('The Windows that is installed.'),
  computer: computerSchema.optional().describe('The hardware.'),
  disk: z
    .strictObject({
      size: size.optional().describe('Size of the drive of Windows. Left out: 256 GB.'),
      free: size.optional().describe('Free space on it. Left out: 120 GB.'),
      systemPartitionFree: size
        .optional()
        .describe('Free space on the EFI or System Reserved partition. Left out: 60 MB.'),
    })
    .optional()
    .describe('The drive of Windows.'),
  drives: z.array(driveSchema).optional().describe('More fixed drives.'),
  bitLocker: z
    .enum(['none', 'on', 'suspended', 'locked'])
    .optional()
    .describe('Of the drive of Windows. Left out: none.'),
  software: z
    .array(
      z.strictObject({
        productCode: guid.describe('Product code.'),
        upgradeCode: guid.optional().describe('Upgrade code.'),
        name: line.optional().describe('Display name.'),
        version: line.optional().describe('Display version.'),
      }),
    )
    .optional()
    .describe('Installed products of Windows Installer.'),
  services: z
    .array(
      z.union([
        line,
        z.strictObject({
          name: line.describe('Name of the service or driver.'),
          start: z.enum(['boot', 'automatic', 'manual', 'disabled']).describe('When Windows starts it.'),
        }),
      ]),
    )
    .optional()
    .describe('Services and drivers that are there; a name alone starts automatically.'),
  updates: z
    .array(z.string().regex(/^KB\d{6,8}$/, 'expected a number such as KB4474419'))
    .optional()
    .describe('Updates that are installed.'),
  pendingRestart: z.enum(['servicing', 'windowsUpdate', 'fileRename']).optional().describe('Why a restart is pending.'),
  files: z
    .array(z.union([windowsPath, fileSchema]))
    .optional()
    .describe('Files that are there.'),
  registry: z.array(registrySchema).optional().describe('Registry values that are there.'),
  wmi: z
    .array(
      z.strictObject({
        namespace: line.describe('root\\cimv2'),
        class: z.string().regex(/^\w+$/, 'expected the name of a class').describe('Class whose only rows these are.'),
        rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))).describe('Its rows.'),
      }),
    )
    .optional()
    .describe('Rows of WMI.'),
  media: mediaSchema.optional().describe('What the technician brings.'),
  commands: z
    .array(commandSchema)
    .optional()
    .describe('How programs behave. The first that fits counts; others end with 0 after 5 s.'),
  setup: setupSchema.optional().describe('How Windows Setup behaves. Left out: it finds nothing and upgrades.'),
  clock: z
    .strictObject({
      starts: time.optional().describe('What it says when the run begins, in UTC. Left out: 2026-11-24T08:00:00Z.'),
      jumps: z
        .array(
          z.strictObject({
            after: duration.describe('Time since the start.'),
            by: signedDuration.describe('How far it jumps: -2 h.'),
          }),
        )
        .optional()
        .describe('When the clock jumps.'),
    })
    .optional()
    .describe('A clock that is wrong, or cannot be relied on.'),
  restartsIgnored: z.int().min(0).max(10).optional().describe('Requests to restart that come to nothing.'),
  canFlush: z
    .boolean()
    .optional()
    .describe('Whether Windows can write all to the disk at once. Left out: from 8.1 on.'),
  signIn: z
    .union([delay, z.literal('never')])
    .optional()
    .describe('When somebody signs in after a start. Left out: 3 min.'),
  expect: expectSchema.optional().describe('How the run must end. Left out: upgraded.'),
});

/** A machine file as it is written in YAML. */
export type MachineYaml = z.infer<typeof machineSchema>;

/** The JSON Schema of a machine file, draft 2020-12, for editors. */
export function machineJsonSchema(): object {
  return publishSchema(machineSchema, {
    id: 'urn:inplace:schema:machine',
    title: 'Simulated machine of inplace',
  });
}
