import { quote } from '../../../bytes/quote.js';
import type { Translate } from '../context.js';
import { Untranslatable } from '../untranslatable.js';

/** Run Task Sequence: a child that is in the same export (facts/configmgr.md, B.6, D.3). */
export const runTaskSequence: Translate = ({ variables, context }) => {
  const id = variables.get('OSDSubTasksequencePackageID', 'OSDSubTasksequenceTsPackageID', 'TsPackageID', 'PackageID');
  const name = variables.get('OSDSubTasksequenceTsName', 'TsName');
  for (const list of ['TsReferenceApplications', 'TsReferencePackages'])
    variables.ignore(`OSDSubTasksequence${list}`, list);
  if (id === '') throw new Untranslatable('it names no task sequence');
  const file = context.child(id.toUpperCase());
  if (file !== undefined) return { runTaskSequence: file };
  throw new Untranslatable(
    `the task sequence ${quote(name || id)} (${quote(id)}) is not in this export; export and import it, and write runTaskSequence with its file`,
  );
};
