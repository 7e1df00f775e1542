import type { Condition, OperatingSystemTest, Test } from '../target/contract.js';
import { COMPARISONS } from './schema/conditions.js';
import type { ConditionYaml, StepYaml, TestYaml } from './schema.js';

/** The namespace of a WQL query that names none. */
const CIMV2 = 'root\\cimv2';

/** `when` as a list of which all must hold. */
export function compileWhen(when: NonNullable<StepYaml['when']>): readonly Condition[] {
  return (Array.isArray(when) ? (when as readonly ConditionYaml[]) : [when as ConditionYaml]).map(compileCondition);
}

/** A condition; the schema makes sure that exactly one key says what is asked. */
export function compileCondition(yaml: ConditionYaml): Condition {
  if (yaml.all) return { type: 'all', of: yaml.all.map(compileCondition) };
  if (yaml.any) return { type: 'any', of: yaml.any.map(compileCondition) };
  if (yaml.none) return { type: 'none', of: yaml.none.map(compileCondition) };
  if (yaml.variable !== undefined) return { type: 'variable', variable: yaml.variable, ...existsOrTest(yaml) };
  if (yaml.operatingSystem) {
    return { type: 'operatingSystem', operatingSystem: compileOperatingSystem(yaml.operatingSystem) };
  }
  if (yaml.registry) return compileRegistry(yaml.registry);
  if (yaml.software) return compileSoftware(yaml.software);
  if (yaml.wmi !== undefined) return { type: 'wmi', namespace: yaml.namespace ?? CIMV2, query: yaml.wmi };
  const { exists = true } = yaml;
  const modified = yaml.modified === undefined ? {} : { modified: testOf(yaml.modified)! };
  if (yaml.folder !== undefined) return { type: 'folder', path: yaml.folder, exists, ...modified };
  const version = yaml.version === undefined ? {} : { version: testOf(yaml.version)! };
  return { type: 'file', path: yaml.file!, exists, ...version, ...modified };
}

/** The parts of an operating system test that are there. */
export function compileOperatingSystem(yaml: NonNullable<ConditionYaml['operatingSystem']>): OperatingSystemTest {
  const { type, architecture, minimum, maximum, language } = yaml;
  return {
    ...(type === undefined ? {} : { type }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(language === undefined ? {} : { language }),
  };
}

function compileRegistry(yaml: NonNullable<ConditionYaml['registry']>): Condition {
  const { key, value } = yaml;
  const asked = existsOrTest(yaml);
  return {
    type: 'registry',
    key,
    ...(value === undefined ? {} : { value }),
    ...('test' in asked || 'exists' in asked ? asked : { exists: true }),
  };
}

function compileSoftware({ productCode, upgradeCode, version }: NonNullable<ConditionYaml['software']>): Condition {
  return {
    type: 'software',
    ...(productCode === undefined ? {} : { productCode }),
    ...(upgradeCode === undefined ? {} : { upgradeCode }),
    ...(version === undefined ? {} : { version: testOf(version)! }),
  };
}

function existsOrTest(yaml: TestYaml & { readonly exists?: boolean | undefined }): { exists?: boolean; test?: Test } {
  const test = testOf(yaml);
  if (test) return { test };
  return yaml.exists === undefined ? {} : { exists: yaml.exists };
}

/** The one comparison of a mapping; YAML's numbers and truth values are compared as the text that they are. */
function testOf(yaml: TestYaml): Test | undefined {
  const operator = COMPARISONS.find((candidate) => yaml[candidate] !== undefined);
  return operator === undefined ? undefined : { operator, value: String(yaml[operator]) };
}
