/** What the media of this version cannot do yet of what its definition asks: it starts Windows Setup and nothing else. */
import type { MediaDefinition } from '../definition/model.js';
import type { Finding } from '../errors.js';
import { bootstrapFindings } from '../task-sequence/bootstrap.js';

/**
 * Every step, field and install command that `build` refuses, with its place. A definition without a sequence of its
 * own is not refused: one warning says that the built-in one is not carried out whole.
 */
export function bootstrapLimits(definition: MediaDefinition): readonly Finding[] {
  const installs = definition.packages
    .filter(({ install }) => install !== undefined)
    .map(
      ({ id }): Finding => ({
        code: 'DEFINITION_NOT_BUILT',
        message:
          '"install" does not work yet: nothing on the media could run it, because the task sequence engine is not part of this version',
        where: definition.place(`install.${id}`),
        hint: 'Leave "install" out: the package is carried onto the media, and people can start it by hand',
      }),
    );
  if (definition.sequenceFile === undefined) return [...installs, builtInNotice(definition)];
  return [...installs, ...bootstrapFindings(definition.sequences.client)];
}

/** The same findings for `check`, which accepts the whole language and says what `build` will refuse. */
export function asWarnings(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) => {
    if (finding.severity === 'warning') return finding;
    return {
      ...finding,
      severity: 'warning',
      hint: `"inplace build" refuses it for now. ${finding.hint ?? ''}`.trim(),
    };
  });
}

/** Whether `build` carries the definition out, as far as its steps are concerned. */
export function isBuildable(definition: MediaDefinition): boolean {
  return bootstrapLimits(definition).every(({ severity }) => severity === 'warning');
}

function builtInNotice(definition: MediaDefinition): Finding {
  return {
    code: 'SEQUENCE_NOT_BUILT',
    severity: 'warning',
    message:
      'The media starts the upgrade step of the built-in task sequence, which is Windows Setup, and none of its other steps: the engine is not part of this version',
    where: { file: definition.file },
    hint: 'Nothing needs to be done: Windows Setup upgrades and restarts by itself',
  };
}
