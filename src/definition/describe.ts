import { packagePath } from '../task-sequence/drivers.js';
import { mainUpgrade } from '../task-sequence/walk.js';
import type { MediaDefinition, MediaUpgradePackage } from './model.js';

/**
 * What the definition asks for, without host paths and secret values, in a fixed order: the same on every computer.
 * The media id is made from it, so that moving a project does not change its media.
 */
export function describeDefinition(
  definition: Omit<MediaDefinition, 'describe' | 'place' | 'placeOfUpgradePackage'>,
): unknown {
  const { name, label, upgradePackage, otherUpgradePackages, bootImage, bootDrivers, packages } = definition;
  const { variables, prestart, validity, autorun, bootManager, output, usb } = definition;
  return {
    name,
    label,
    upgradePackage: describeUpgradePackage(upgradePackage),
    ...(otherUpgradePackages.length === 0 ? {} : { others: otherUpgradePackages.map(describeUpgradePackage) }),
    bootImage: bootImage === 'default' ? 'default' : 'replaced',
    ...(bootDrivers.length === 0 ? {} : { bootDrivers }),
    packages: packages.map(({ id, kind }) => ({ id, kind })),
    variables: variables.map((variable) => variable.toJSON()),
    ...(prestart === undefined ? {} : { prestart: { command: prestart.command, timeout: prestart.timeout } }),
    ...(validity === undefined ? {} : { validity }),
    autorun,
    bootManager,
    // the size of a stick is no part of it: the same media goes onto sticks of all sizes
    output: { format: output.format, bootPrompt: output.bootPrompt },
    ...(output.format === 'usb' ? { usb: { layout: usb.layout } } : {}),
    sequence: describeSequence(definition),
  };
}

/** Its id is in media.json, whose bytes are part of the media id. */
function describeUpgradePackage({ sha256, edition, image }: MediaUpgradePackage): unknown {
  return {
    sha256: sha256 ?? null,
    ...(edition === undefined ? {} : { edition: edition.toLowerCase() }),
    ...(image === undefined ? {} : { image }),
  };
}

/** Its name and its upgrade step. The rest is in the compiled sequence, whose bytes are part of the media id. */
function describeSequence(definition: Pick<MediaDefinition, 'sequences' | 'packages' | 'variables'>): unknown {
  const { name, description } = definition.sequences.client;
  const upgrade = mainUpgrade(definition.sequences.client, definition)?.step;
  return {
    name,
    description: description ?? null,
    upgrade: upgrade && {
      name: upgrade.name,
      description: upgrade.description ?? null,
      groups: upgrade.groups,
      edition: upgrade.edition ?? null,
      scanOnly: upgrade.scanOnly,
      ignoreDismissible: upgrade.ignoreDismissible ?? null,
      drivers: upgrade.drivers === undefined ? null : packagePath(upgrade.drivers),
      reflectDrivers: upgrade.reflectDrivers === undefined ? null : packagePath(upgrade.reflectDrivers),
      migrateDrivers: upgrade.migrateDrivers ?? null,
      key: upgrade.key ?? null,
    },
  };
}
