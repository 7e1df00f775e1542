/** What has to hold when a definition lists several upgrade packages. */
import type { MediaDefinition } from '../definition/model.js';
import type { Finding } from '../errors.js';
import type { StagedUpgradePackage } from './staged-upgrade-package.js';

/**
 * The built-in sequences for clients and for servers differ, and media carry one: who brings both says what is to happen.
 * What one ISO holds is not asked: an ISO with both has always had the sequence for clients.
 */
export function refuseMixedProducts(
  definition: MediaDefinition,
  packages: readonly StagedUpgradePackage[],
): readonly Finding[] {
  const of = (product: string) => packages.filter(({ upgradePackage }) => upgradePackage.facts.product === product);
  const [clients, servers] = [of('client'), of('server')];
  if (definition.sequenceFile !== undefined || clients.length === 0 || servers.length === 0) return [];
  const names = (some: readonly StagedUpgradePackage[]): string => some.map(({ id }) => id).join(', ');
  return [
    {
      code: 'DEFINITION_INVALID',
      message: `The upgrade packages are for clients (${names(clients)}) and for servers (${names(servers)}), and their built-in task sequences differ`,
      where: definition.placeOfUpgradePackage(servers[0]!.id, 'id'),
      hint: 'Write one task sequence for both, and name it as "taskSequence"; "inplace init" makes one to begin with',
    },
  ];
}
