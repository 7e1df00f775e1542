import { quote } from '../../bytes/quote.js';
import { Untranslatable } from './untranslatable.js';

/** What checks a value against a schema. */
interface Schema {
  safeParse(value: unknown): {
    readonly error?:
      | { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] }
      | undefined;
  };
}

/** Whatever an export holds, what is made of it is something that loads. @throws Untranslatable */
export function refuseInvalid(schema: Schema, value: unknown): void {
  const issue = schema.safeParse(value).error?.issues[0];
  if (issue === undefined) return;
  const field = issue.path.map(String).join('.');
  throw new Untranslatable(`${field === '' ? 'it' : quote(field)} cannot be what the export says: ${issue.message}`);
}
