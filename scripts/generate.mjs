// Writes everything that is derived from declarations: the contract, the SDK's client, the reference pages, the package list of the README.
// `node --conditions=source scripts/generate.mjs` writes; with `--check` it writes nothing and fails when a file is stale.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openApiDocument, supportedProtocolVersions } from '@conv3n/nexus';
import { errorCatalogue, operations, runInMemory, settings } from '@conv3n/server';
import { clientSource } from '../sdks/typescript/generator/client-source.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const stale = [];

function write(path, text) {
  const file = join(root, path);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  if (check) return stale.push(path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${path}`);
}

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const errors = errorCatalogue();
const sorted = [...operations].sort((a, b) => (a.id < b.id ? -1 : 1));
const { version } = JSON.parse(readFileSync(join(root, 'apps/server/package.json'), 'utf8'));

const contract = { protocol_version: supportedProtocolVersions.at(-1), operations: sorted };
write('contract/operations.json', json(contract));
for (const [openapi, name] of [
  ['3.1.0', 'openapi-3.1.json'],
  ['3.0.3', 'openapi-3.0.json'],
]) {
  write(`contract/${name}`, json(openApiDocument(sorted, { openapi, title: 'CONV3N', version, errors })));
}
write('sdks/typescript/src/client.gen.ts', clientSource(JSON.parse(JSON.stringify(contract))));

const escaped = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (headings, rows) =>
  [
    `| ${headings.join(' | ')} |`,
    `|${headings.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${row.map(escaped).join(' | ')} |`),
  ].join('\n');

write(
  'docs/reference/errors.md',
  `# Error codes

Every error has one code with one meaning, one HTTP and one gRPC status. \`message\` says what happened and what to do; \`violations\` name each
place in a larger input.

${table(
  ['Code', 'HTTP', 'gRPC', 'Retry', 'Meaning'],
  errors.map((row) => [`\`${row.code}\``, row.http, row.grpc, row.retryable ? 'yes' : 'no', row.description]),
)}
`,
);

const shown = (value) =>
  value === undefined ? '' : Array.isArray(value) ? (value.length === 0 ? 'none' : value.join(', ')) : String(value);
write(
  'docs/reference/configuration.md',
  `# Configuration

Defaults < \`conv3n.yaml\` or \`conv3n.toml\` in the working directory (or \`--config\`) < environment < flags of \`conv3n start\`. A wrong or unknown setting stops the start
and is named with its place. Times are given as \`30s\`, \`5m\`, \`2h\`, \`30d\` and shown here in milliseconds.

${table(
  ['Setting', 'Environment', 'Flag', 'Default', 'Meaning'],
  Object.values(settings).map((item) => [
    `\`${item.key}\``,
    `\`${item.env}\``,
    item.flag ? `\`--${item.flag}\`` : '',
    shown(item.default),
    item.description,
  ]),
)}
`,
);

const permission = ({ permission: needed }) => (Array.isArray(needed) ? needed.join(', ') : needed);
const byTag = Map.groupBy(sorted, (operation) => operation.tag);
write(
  'docs/reference/operations.md',
  `# Operations

Paths stand below \`/api/v1\` unless they begin at the root. The schemas are in [openapi-3.1.json](../../contract/openapi-3.1.json); a running server shows them at \`/docs\`.

${[...byTag]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(
    ([tag, list]) => `## ${tag}

${table(
  ['Operation', 'Method and path', 'Needs', 'Does'],
  list.map((operation) => [
    `\`${operation.id}\``,
    `\`${operation.http.method} ${operation.http.path}\`${operation.http.accept ? ' (event stream)' : ''}`,
    permission(operation),
    operation.summary,
  ]),
)}`,
  )
  .join('\n\n')}
`,
);

const house = await runInMemory({ env: {}, cwd: join(root, 'node_modules') });
const { items: blocks } = await house.call('blocks.list', {});
await house.close();
const typeOf = (schema) =>
  schema.enum ? schema.enum.map((value) => `\`${value}\``).join(', ') : [schema.type ?? 'any'].flat().join(' or ');
const ports = ({ fixed, fromConfig, also }) =>
  `${fixed.map((port) => `\`${port}\``).join(', ')}${fromConfig ? `; or those named at \`${fromConfig}\`${also ? ` and ${also.map((port) => `\`${port}\``).join(', ')}` : ''}` : ''}`;
const tested = ({ path, in: values }) =>
  `\`${path}\` is ${values.map((value) => (value === null ? 'absent' : `\`${JSON.stringify(value)}\``)).join(', ')}`;
const effect = ({ cases = [], otherwise }) =>
  [
    ...cases.map((item) => `${item.effect} when ${item.all.map(tested).join(' and ')}`),
    cases.length > 0 ? `else ${otherwise}` : otherwise,
  ].join('; ');
write(
  'docs/reference/blocks.md',
  `# Blocks

Generated from the manifests. A text field is a template (\`{{ ... }}\`) unless it says otherwise; see [expressions](../concepts/data-and-expressions.md).

${blocks
  .map(
    (block) => `## ${block.title} \`${block.type}\`

${block.description}

- Ports: ${ports(block.ports)}
- Effect: ${effect(block.effect)}

${
  Object.keys(block.config.properties ?? {}).length === 0
    ? ''
    : `${table(
        ['Field', 'Type', 'Read as', 'Meaning'],
        Object.entries(block.config.properties).map(([name, field]) => [
          `\`${name}\`${block.config.required?.includes(name) ? ' *' : ''}`,
          typeOf(field),
          `${field['x-conv3n']?.mode ?? 'template'}${field['x-conv3n']?.secret ? ', secret' : ''}`,
          [field.title, field.description].filter(Boolean).join('. '),
        ]),
      )}\n\n`
}\`\`\`json
${JSON.stringify(block.example ?? {}, null, 2)}
\`\`\``,
  )
  .join('\n\n')}
`,
);

const floors = ['core', 'engines', 'adapters', 'plugins', 'apps', 'sdks'];
const packages = floors.flatMap((floor) =>
  readdirSync(join(root, floor))
    .filter((name) => existsSync(join(root, floor, name, 'package.json')))
    .map((name) => ({
      place: `${floor}/${name}`,
      description: JSON.parse(readFileSync(join(root, floor, name, 'package.json'), 'utf8')).description,
    })),
);
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const list = table(
  ['Package', 'What it is'],
  packages.map(({ place, description }) => [`[\`${place}\`](${place})`, description]),
);
write(
  'README.md',
  readme.replace(
    /<!-- packages:start -->[\s\S]*<!-- packages:end -->/,
    `<!-- packages:start -->\n${list}\n<!-- packages:end -->`,
  ),
);

if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run: node --conditions=source scripts/generate.mjs`);
  process.exit(1);
}
if (check) console.log('generated files: all fresh');
