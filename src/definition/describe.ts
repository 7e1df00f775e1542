import type { MediaDefinition } from './model.js';

/**
 * What the definition asks for, without host paths and secret values, in a fixed order: the same on every computer.
 * The media id is made from it, so that moving a project does not change its media.
 */
export function describeDefinition(definition: Omit<MediaDefinition, 'describe' | 'place'>): unknown {
  const { name, label, upgradePackage, bootImage, packages, variables, autorun, output, sequence } = definition;
  return {
    name,
    label,
    upgradePackage: { sha256: upgradePackage.sha256 ?? null },
    bootImage: bootImage === 'default' ? 'default' : 'replaced',
    packages: packages.map(({ id, kind }) => ({ id, kind })),
    variables: variables.map((variable) => variable.toJSON()),
    autorun,
    output: { format: output.format, bootPrompt: output.bootPrompt },
    sequence: describeSequence(sequence),
  };
}

function describeSequence({ name, description, upgrade }: MediaDefinition['sequence']): unknown {
  return {
    name,
    description: description ?? null,
    upgrade: {
      name: upgrade.name,
      description: upgrade.description ?? null,
      groups: upgrade.groups,
      edition: upgrade.edition ?? null,
      scanOnly: upgrade.scanOnly,
      ignoreDismissible: upgrade.ignoreDismissible ?? null,
      drivers: upgrade.drivers ?? null,
      reflectDrivers: upgrade.reflectDrivers ?? null,
      migrateDrivers: upgrade.migrateDrivers ?? null,
      key: upgrade.key ?? null,
    },
  };
}
