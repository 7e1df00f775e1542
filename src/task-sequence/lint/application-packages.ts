import type { YamlPath } from '../../yaml/field-name.js';
import { field, type LintStep, textField } from './sequence.js';

/** The packages that an installApplication step names, in its three forms. */
export function applicationPackages(step: LintStep): readonly { readonly id: string; readonly at: YamlPath }[] {
  if (step.type !== 'installApplication') return [];
  return [['installApplication'], ['installApplication', 'packages']].flatMap((list) => {
    const value = field(step, ...list);
    const places = Array.isArray(value) ? value.map((_, index) => [...list, index]) : [list];
    return places.flatMap((at) => {
      const id = textField(step, ...at);
      return id === undefined ? [] : [{ id, at }];
    });
  });
}
