/** Names that Windows could use and UDF 1.02 cannot hold. */
import { quote } from '../bytes/quote.js';
import type { MediaTree } from '../content/media-tree.js';
import { isOptical } from '../definition/formats.js';
import type { MediaDefinition } from '../definition/model.js';
import type { Finding } from '../errors.js';
import { checkUdfName } from '../formats/udf/names.js';

/** MEDIA_NAME for each file and folder with such a name, when the media have UDF. */
export function udfNameFindings({ output }: MediaDefinition, tree: MediaTree): Finding[] {
  if (!isOptical(output.format)) return [];
  const paths = [...tree.directories(), ...tree.entries().map(({ path }) => path)];
  return paths.flatMap((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const reason = checkUdfName(name);
    if (reason === undefined) return [];
    const message = `The name ${quote(name)} ${reason}`;
    return [{ code: 'MEDIA_NAME', message, where: { path }, hint: 'Shorten it' }];
  });
}
