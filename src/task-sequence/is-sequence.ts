/** Whether a YAML file is a task sequence or a media definition: people name one where the other is meant. */
import type { YamlDocument } from '../yaml/yaml-document.js';

/** A task sequence has `steps`; a media definition has an upgrade package. */
export function isSequence(document: YamlDocument): boolean {
  const has = (key: string): boolean => document.at([key]) !== undefined;
  return has('steps') && !has('upgradePackage') && !has('upgradePackages');
}
