/** Sequences on simulated machines, without files: what the proof of power cuts runs. */
import { assumedWindows, type ReleaseName } from '../../src/library/assumed-windows.js';
import { openSimulationSource } from '../../src/library/simulation-source.js';
import { parseMachine } from '../../src/simulation/load-machine.js';
import { machineModel } from '../../src/simulation/machine-model.js';
import type { MachineYaml } from '../../src/simulation/machine-schema.js';
import { mediaContent } from '../../src/simulation/media-content.js';
import type { CompiledSequence } from '../../src/target/contract.js';
import type { MachineModel } from '../../src/target/simulated/model.js';
import { compileSequence } from '../../src/task-sequence/compile.js';
import { builtInFile, compileDocument } from '../../src/task-sequence/load.js';
import type { SequenceYaml } from '../../src/task-sequence/schema.js';
import { upgradeImages } from '../../src/upgrade-package/upgrade-images.js';
import { escapeReferences } from '../../src/yaml/environment.js';
import { parseYamlDocument } from '../../src/yaml/yaml-document.js';

/** A sequence, and the machine with its media. */
export interface Simulated {
  readonly sequence: CompiledSequence;
  readonly model: MachineModel;
}

const GB = 2 ** 30;

/** The built-in sequence on a machine. */
export async function builtIn(kind: 'client' | 'server', yaml: MachineYaml, release?: ReleaseName): Promise<Simulated> {
  const source = await openSimulationSource(builtInFile(kind), {});
  const { sequence } = source.compile({
    installationType: kind === 'server' ? 'Server' : 'Client',
    language: 'en-US',
    architecture: 'x64',
    ...(release === undefined ? {} : { release }),
  });
  return withModel(sequence, yaml);
}

/** A sequence as YAML holds it, on a machine; the media have one edition, so that it is small. */
export function written(sequence: SequenceYaml, yaml: MachineYaml): Simulated {
  const document = parseYamlDocument(escapeReferences(JSON.stringify(sequence)), 'sequence.yaml', 'SEQUENCE_INVALID');
  const loaded = compileDocument(document, { packages: [], variables: [] }, {});
  if (!loaded.sequence) throw new Error(loaded.findings.map(({ message }) => message).join('\n'));
  const facts = assumedWindows('windows-11-24h2', 'en-US', 'x64');
  const images = upgradeImages(facts).filter(({ edition }) => edition === 'Professional');
  const upgradePackages = [{ id: 'windows', path: '', bytes: 5 * GB, images }];
  return withModel(compileSequence(loaded.sequence, { packages: [], variables: [], upgradePackages }), yaml);
}

function withModel(sequence: CompiledSequence, yaml: MachineYaml): Simulated {
  return { sequence, model: machineModel(yaml, mediaContent({ sequence, variables: [], packages: {} })) };
}

/** A machine file's text, checked. */
export function machineYaml(text: string): MachineYaml {
  const { machine, findings } = parseMachine(text, 'machine.yaml');
  if (!machine) throw new Error(findings.map(({ message }) => message).join('\n'));
  return machine.yaml;
}
