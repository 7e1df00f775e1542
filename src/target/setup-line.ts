/**
 * The command line of setup.exe on this machine (design/task-sequence.md, 6; facts/configmgr.md, E.1).
 * What is given is decided where the media is built; here it is only filled in.
 */
import type { SetupArgument, UpgradeImage } from './contract.js';
import type { HookPaths } from './hooks.js';
import type { LocalContent, Variables } from './step.js';
import { quote } from './steps/command-line.js';

/** What fills in the arguments. */
export interface SetupLineInput {
  /** full path of setup.exe */
  readonly program: string;
  readonly arguments: readonly SetupArgument[];
  readonly image: UpgradeImage;
  readonly content: LocalContent;
  readonly variables: Variables;
  readonly hooks: HookPaths;
}

/** A line, or why there is none. */
export type SetupLine = { readonly line: string } | { readonly problem: string };

/** `OSDSetupAdditionalUpgradeOptions` follows word for word, unchecked, as in ConfigMgr (facts C.2). */
export function setupLine(input: SetupLineInput): SetupLine {
  const words = [quote(input.program)];
  for (const argument of input.arguments) {
    if ('variable' in argument && input.variables.get(argument.variable) === '') {
      return { problem: `Windows Setup needs a value that is not there: the variable "${argument.variable}" is empty` };
    }
    words.push(wordOf(argument, input));
  }
  const more = input.variables.get('OSDSetupAdditionalUpgradeOptions');
  if (more !== '') words.push(more);
  return { line: words.join(' ') };
}

function wordOf(argument: SetupArgument, { image, content, variables, hooks }: SetupLineInput): string {
  if ('text' in argument) return quotedIfNeeded(variables.expand(argument.text));
  if ('variable' in argument) return quotedIfNeeded(variables.get(argument.variable));
  if ('package' in argument) return quote(folderOf(argument.package, content));
  if ('logs' in argument) return quote(content.logFolder);
  if ('imageIndex' in argument) return String(image.index);
  return quote(argument.hook === 'postoobe' ? hooks.postoobe : hooks.postrollback);
}

/** A switch and its value in one text stay two words; a value with blanks becomes one. */
function quotedIfNeeded(text: string): string {
  return /\s/.test(text) && text.charAt(0) !== '/' && text.indexOf('"') < 0 ? quote(text) : text;
}

/** The empty id is the folder that holds all packages: Setup searches it with all folders below. */
function folderOf(id: string, content: LocalContent): string {
  if (id !== '') return content.packageFolder(id);
  const first = content.sequence.packages[0];
  if (!first) return content.folder;
  const folder = content.packageFolder(first.id);
  return folder.substring(0, folder.lastIndexOf('\\'));
}
