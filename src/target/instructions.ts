/**
 * The sequence as a table of instructions, as ConfigMgr's engine walks it: groups and steps in order, each knowing where
 * what is in it ends. A place in the sequence is one number, which is all that a power cut has to leave.
 */
import type { CompiledNode, CompiledStep, StepType } from './contract.js';

export interface Instruction {
  /** place in the table, from 0 */
  readonly index: number;
  readonly node: CompiledNode;
  /** the groups and child sequences around it, the outermost first */
  readonly around: readonly Instruction[];
  /** place behind it and everything in it */
  end: number;
  /** whether it lies in a group that only runs after a failure */
  readonly onFailure: boolean;
}

/** A step with steps in it is walked like a group. */
export type Container = Extract<CompiledNode, { type: 'group' | 'runTaskSequence' }>;
/** A step that one function runs. */
export type PlainStep = Exclude<CompiledStep, { type: 'runTaskSequence' }>;

/** Whether it holds steps of its own. */
export function isContainer(node: CompiledNode): node is Container {
  return node.type === 'group' || node.type === 'runTaskSequence';
}

/** @param nodes the steps of a sequence */
export function instructionTable(nodes: readonly CompiledNode[]): readonly Instruction[] {
  const table: Instruction[] = [];
  addAll(table, nodes, [], false);
  return table;
}

function addAll(
  table: Instruction[],
  nodes: readonly CompiledNode[],
  around: readonly Instruction[],
  inFailure: boolean,
): void {
  for (const node of nodes) {
    const onFailure = inFailure || (node.type === 'group' && node.onFailure === true);
    const instruction: Instruction = { index: table.length, node, around, end: table.length + 1, onFailure };
    table.push(instruction);
    if (isContainer(node)) addAll(table, node.steps, around.concat([instruction]), onFailure);
    instruction.end = table.length;
  }
}

/** Names of the groups around it, for status records. */
export function groupNames({ around }: Instruction): readonly string[] {
  const names: string[] = [];
  for (const { node } of around) names.push(node.name);
  return names;
}

/** What a status record calls the type of a node. */
export function typeOf({ node }: Instruction): StepType | 'group' {
  return node.type;
}
