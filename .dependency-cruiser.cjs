/**
 * Who may import whom (design/architecture.md). A room is a folder of src/; what is not allowed here is forbidden.
 * src/errors.ts may be imported by every room.
 */
const rooms = {
  bytes: [],
  content: ['bytes'],
  'upgrade-package': ['target/contract', 'formats', 'content', 'bytes'],
  'boot-trust': ['upgrade-package', 'formats', 'content', 'bytes'],
  yaml: ['content', 'bytes'],
  'task-sequence': ['yaml', 'target/contract', 'target/setup-codes', 'formats', 'content', 'bytes'],
  definition: ['yaml', 'task-sequence', 'content', 'bytes'],
  target: [],
  image: ['formats', 'content', 'bytes'],
  simulation: [
    'yaml',
    'task-sequence',
    'target/contract',
    'target/setup-codes',
    'target/simulated',
    'content',
    'bytes',
  ],
  staging: [
    'target/contract',
    'target/setup-codes',
    'yaml',
    'definition',
    'upgrade-package',
    'boot-trust',
    'task-sequence',
    'image',
    'formats',
    'content',
    'bytes',
  ],
  monitor: ['target/contract', 'content', 'bytes'],
  emit: ['image/disk-image', 'content', 'bytes'],
  devices: ['emit', 'image/disk-image', 'content', 'bytes'],
  library: [
    'devices',
    'yaml',
    'monitor',
    'simulation',
    'target/contract',
    'target/setup-codes',
    'definition',
    'upgrade-package',
    'boot-trust',
    'task-sequence',
    'staging',
    'image',
    'emit',
    'formats',
    'content',
    'bytes',
    'version',
  ],
  cli: ['index', 'version'],
};

/** `formats/a` may import `formats/b` only where the design names it. */
const formats = {
  udf: [],
  iso9660: ['eltorito'],
  eltorito: [],
  wim: ['lzx', 'xpress', 'lzms'],
  xpress: [],
  lzx: [],
  lzms: [],
  pe: [],
  authenticode: ['pe'],
  fat12: [],
  mbr: [],
  gpt: [],
  fat32: [],
  exfat: [],
};

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports-only-what-it-may`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    path: '^src/',
    pathNot: [`^src/${room}/`, '^src/errors\\.ts$', ...allowed.map((path) => `^src/${path}(/|\\.)`)],
  },
}));

const formatRules = Object.entries(formats).map(([format, allowed]) => ({
  name: `formats-${format}-stands-alone`,
  severity: 'error',
  from: { path: `^src/formats/${format}/` },
  to: {
    path: '^src/',
    pathNot: [`^src/formats/(${[format, ...allowed].join('|')})/`, '^src/errors\\.ts$', '^src/(bytes|content)/'],
  },
}));

/** Only these files may import the module. */
const only = (name, module, from) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot: from },
  to: { path: module },
});

module.exports = {
  forbidden: [
    ...roomRules,
    ...formatRules,
    only('formats-have-a-rule-each', '^src/formats/', [
      '^src/formats/(udf|iso9660|eltorito|wim|xpress|lzx|lzms|pe|authenticode|fat12|mbr|gpt|fat32|exfat)/',
      '^src/(upgrade-package|boot-trust|task-sequence|image|staging|library)/',
    ]),
    {
      name: 'formats-are-pure',
      severity: 'error',
      from: { path: '^src/(formats|bytes)/' },
      to: { path: '^(node:)?(fs|path|os|child_process|worker_threads)' },
    },
    only('only-cli-parses-arguments', '(^|node_modules/)yargs', '^src/cli/'),
    only(
      'only-yaml-and-the-schemas-touch-yaml',
      'node_modules/(yaml|zod)/',
      '^src/(yaml|definition|task-sequence|simulation)/',
    ),
    only('only-authenticode-reads-asn1', 'node_modules/(pkijs|asn1js)/', '^src/formats/authenticode/'),
    only('only-cli-asks-the-operating-system', '^(node:)?os$', '^src/cli/'),
    only('nothing-imports-the-cli', '^src/cli/', '^src/cli/'),
    only('only-one-file-starts-programs', 'node_modules/execa/|^(node:)?child_process', '^src/devices/programs\\.ts$'),
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
