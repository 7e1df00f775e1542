/** The options of each type of step (design/task-sequence.md; facts/configmgr.md, B.6). */
import { z } from 'zod';
import { READINESS_CHECKS } from '../../target/contract.js';
import { operatingSystem, when } from './conditions.js';
import { delay, duration, size } from './durations.js';
import { command, line, ownVariableName, packageId, path, value } from './texts.js';

const yes = (text: string): z.ZodOptional<z.ZodBoolean> => z.boolean().optional().describe(text);

const checkReadiness = z
  .strictObject({
    memory: size.optional().describe('Least memory: 4 GB. Left out: what the Windows of the media needs.'),
    processorSpeed: z.int().min(1).max(100_000).optional().describe('Least processor speed in MHz.'),
    freeSpace: size.optional().describe('Least free space on the system drive. Left out: 20 GB and what is copied.'),
    acPower: z
      .literal(true)
      .meta({ expected: 'true: it is always checked, unless "skip" names it' })
      .optional()
      .describe('The machine is not on battery. Always checked; to leave it out, use skip.'),
    pendingRestart: z
      .literal(false)
      .meta({ expected: 'false: it is always checked, unless "skip" names it' })
      .optional()
      .describe('No restart is pending. Always checked; to leave it out, use skip.'),
    operatingSystem: operatingSystem.optional().describe('Which Windows may run.'),
    networkConnected: yes('Whether a network must be connected.'),
    networkWired: yes('Whether a network must be connected by wire.'),
    uefi: yes('Whether the firmware must be UEFI.'),
    tpm: yes('Whether a TPM 2.0 must be ready.'),
    skip: z.array(z.enum(READINESS_CHECKS)).optional().describe('Checks that are left out.'),
  })
  .nullable()
  .describe('Checks what must hold before anything is changed; all checks run, then the step fails if one did.');

const runCommand = command.describe('Runs a command line. What only the command prompt knows needs "cmd /c".');

const script = z
  .string()
  .min(1, 'expected the text of a script')
  .max(100_000, 'expected at most 100000 characters; put the script into a package');

const runPowerShell = z
  .union([
    script,
    z
      .strictObject({
        script: script.optional().describe('The text of the script.'),
        file: path.optional().describe('The script in the package, or its path.'),
        parameters: line(4000).optional().describe('Parameters of the script.'),
        executionPolicy: z
          .enum(['bypass', 'allSigned', 'undefined'])
          .optional()
          .describe(
            'bypass: run it. allSigned: only when it is signed. undefined: as the machine has it. Left out: bypass.',
          ),
      })
      .meta({
        choice: { noun: 'script', of: { script: {}, file: {} }, common: ['parameters', 'executionPolicy'] },
      }),
  ])
  .describe('Runs a PowerShell script: its text, or where it is.');

const installApplication = z
  .union([
    packageId,
    z.array(packageId).min(1, 'expected at least one package'),
    z.strictObject({
      packages: z.array(packageId).min(1, 'expected at least one package').describe('Packages, in their order.'),
      continueOnInstallError: yes('Whether the next package is installed when one fails.'),
    }),
  ])
  .describe('Runs the "install" command of packages in media.yaml.');

const installPackage = z
  .strictObject({ package: packageId, program: command.describe('Command that is run in the folder of the package.') })
  .describe('Runs a program of a package.');

const copyFiles = z
  .strictObject({
    package: packageId,
    from: path.optional().describe('File or folder in the package. Left out: all of it.'),
    to: path.describe('Folder on the machine; it is made when it is not there.'),
  })
  .describe('Copies files of a package to the machine.');

const setVariable = z
  .strictObject({
    name: ownVariableName.describe('Name of the variable.'),
    value: value.describe('Its value; the empty text removes it.'),
    secret: yes('Whether the value is kept out of every log and report.'),
  })
  .describe('Sets a task sequence variable.');

const text = line(256);

const rule = z.strictObject({
  name: line(100).optional().describe('What the rule is, in your words.'),
  computer: z
    .strictObject({
      assetTag: text.optional().describe('Asset tag.'),
      macAddress: text.optional().describe('MAC address of a network adapter.'),
      serialNumber: text.optional().describe('Serial number.'),
      uuid: text.optional().describe('SMBIOS UUID.'),
    })
    .meta({
      choice: {
        noun: 'computer',
        of: { assetTag: {}, macAddress: {}, serialNumber: {}, uuid: {} },
        common: [],
        least: 'any',
      },
    })
    .optional()
    .describe('The computer; it is the one when any of these fits.'),
  make: text.optional().describe('Manufacturer; * and ? are wildcards.'),
  model: text.optional().describe('Model; * and ? are wildcards.'),
  defaultGateway: text.optional().describe('Default gateway.'),
  when: when.optional(),
  set: z
    .record(
      ownVariableName,
      z.union([
        value,
        z.strictObject({
          value: value.describe('Its value.'),
          secret: yes('Whether the value is kept out of every log and report.'),
        }),
      ]),
    )
    .describe('The variables that are set, by name.'),
});

const setDynamicVariables = z
  .strictObject({
    rules: z
      .array(rule)
      .min(1, 'expected at least one rule')
      .describe('The rules, in their order; a later one may set a variable again.'),
  })
  .describe('Sets variables by rules; all tests of a rule must hold, a rule without tests always holds.');

const drive = z
  .string()
  .regex(/^[A-Za-z]:$/, 'expected a drive such as D:')
  .optional()
  .describe('A drive such as D:. Left out: the system drive.');

const disableBitLocker = z
  .strictObject({
    drive,
    restarts: z
      .union([z.int().min(1).max(15), z.literal('untilResumed')])
      .optional()
      .describe('Restarts after which BitLocker protects again by itself: 1 to 15, or untilResumed. Left out: 1.'),
  })
  .nullable()
  .describe('Suspends BitLocker. Windows Setup does so by itself.');

const enableBitLocker = z
  .strictObject({ drive })
  .nullable()
  .describe('Resumes BitLocker protection that was suspended. Nothing is encrypted.');

const upgrade = z
  .strictObject({
    edition: z
      .string()
      .regex(/^[A-Za-z0-9]{1,64}$/, 'expected an edition id such as Enterprise, Professional or ServerStandard')
      .optional()
      .describe('Upgrade to this edition: Enterprise, Professional … Left out: Windows Setup takes the one that fits.'),
    scanOnly: yes('Only ask Windows Setup whether it would upgrade this machine.'),
    drivers: packageId
      .optional()
      .describe('Package with drivers that Windows Setup installs. Left out: the driver packages of the media.'),
    ignoreDismissible: yes(
      'Go on where Windows Setup warns of something a person could click away. Left out: on servers only.',
    ),
    reflectDrivers: packageId
      .optional()
      .describe('Package with the drivers of a disk encryption product, which Windows Setup needs to read the disk.'),
    migrateDrivers: z
      .enum(['all', 'none'])
      .optional()
      .describe('Keep all or none of the drivers of the machine. Left out: Windows Setup decides for each.'),
    key: z.string().optional().describe('Name of the variable that holds the product key.'),
    expect: duration.optional().describe('How long the upgrade may take before somebody is told. Left out: 240 min.'),
    switches: z
      .array(line(256))
      .optional()
      .describe('More switches of Windows Setup, each with its value: "/compactos disable".'),
  })
  .nullable()
  .describe('Run the Windows Setup of this media as an in-place upgrade.');

const restart = z
  .strictObject({
    message: line(512).optional().describe('What people are told before the restart.'),
    delay: delay.optional().describe('How long they have. Left out: 60 s.'),
  })
  .nullable()
  .describe('Restarts the machine; the sequence goes on after it.');

const collectLogs = z
  .strictObject({ include: z.array(path).optional().describe('More files and folders to collect.') })
  .nullable()
  .describe('Collects the logs of the engine and of Windows Setup.');

const review = z
  .strictObject({
    source: z.string().max(100_000).describe('What stood there, word for word.'),
    type: z.string().max(256).optional().describe('The type of step it was.'),
    reason: z.string().max(1000).optional().describe('Why it could not be translated.'),
  })
  .describe('What an import could not translate. A person must replace it by a step.');

/** Every type of step and its options, by the key that names the type. */
export const stepOptions = {
  checkReadiness: checkReadiness.optional(),
  runCommand: runCommand.optional(),
  runPowerShell: runPowerShell.optional(),
  installApplication: installApplication.optional(),
  installPackage: installPackage.optional(),
  installUpdates: packageId.optional().describe('Installs the .msu and .cab files of a package.'),
  installDrivers: packageId.optional().describe('Installs the drivers of a package into Windows as it runs.'),
  copyFiles: copyFiles.optional(),
  setVariable: setVariable.optional(),
  setDynamicVariables: setDynamicVariables.optional(),
  disableBitLocker: disableBitLocker.optional(),
  enableBitLocker: enableBitLocker.optional(),
  upgrade: upgrade.optional(),
  restart: restart.optional(),
  runTaskSequence: path.optional().describe('Runs the steps of another sequence file, relative to this one.'),
  collectLogs: collectLogs.optional(),
  stop: line(1000).optional().describe('Ends the sequence as failed, with this message.'),
  review: review.optional(),
};
