import { Document, isMap, type YAMLMap } from 'yaml';
import type { ImportedExport } from './import-export.js';

/**
 * What media.yaml must have for an imported sequence, to be pasted into it. A command that is not known is an empty text,
 * which `check` refuses until somebody has written it.
 */
export function renderMediaYaml({ sequences, packages, variables }: ImportedExport): string {
  const document = new Document({
    ...(packages.length === 0
      ? {}
      : {
          packages: packages.map(({ id, kind, source = `packages/${id}` }) => ({
            id,
            kind,
            source,
            ...(kind === 'application' ? { install: '' } : {}),
          })),
        }),
    taskSequence: sequences[0]!.file,
    ...(variables.length === 0
      ? {}
      : { variables: Object.fromEntries(variables.map(({ name, env }) => [name, { secret: true, env }])) }),
  });
  packages.forEach(({ what }, index) => {
    const node = document.getIn(['packages', index], true);
    if (isMap(node)) node.commentBefore = ` ${what}`;
  });
  const map = document.get('variables', true) as YAMLMap<{ commentBefore?: string | null }> | undefined;
  variables.forEach(({ why }, index) => {
    const key = map?.items[index]?.key;
    if (key) key.commentBefore = ` ${why}`;
  });
  return document.toString({ lineWidth: 0 });
}
