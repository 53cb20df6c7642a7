// The structure gate: floors, direction of imports, purity of core/, deep imports, cycles, file names and sizes. Prints every breach; exit 1 if any.
// Rules: docs/decisions/0001-floors.md. It reads imports with a real parser (oxc), so comments and strings do not confuse it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { parseSync } from 'oxc-parser';

const root = join(import.meta.dirname, '..');
const floors = ['core', 'engines', 'adapters', 'plugins', 'apps'];

/** On the same floor only along this list (architecture, section 1). */
const sameFloor = {
  expression: ['platform'],
  runtime: ['platform'],
  potter: ['platform'],
  httvps: ['platform'],
  nexus: ['platform', 'runtime'],
  workflow: ['platform', 'potter', 'expression'],
  executor: ['egress'],
  sandbox: ['egress'],
  'storage-sqlite': ['sqlite'],
  'event-store-sqlite': ['sqlite'],
  'execution-index-sqlite': ['sqlite'],
  'nexus-http': ['http-server'],
  cli: ['server'],
};
const maxLines = 400;
const pureGlobals = new Set([
  'process',
  'Buffer',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'performance',
  'console',
  'crypto',
  'fetch',
  'window',
  'document',
  'globalThis',
  'require',
  '__dirname',
  '__filename',
  'eval',
  'Function',
  'WebAssembly',
  'AsyncLocalStorage',
]);
const vague = /^(utils?|helpers?|common|misc|general|stuff|shared)\.tsx?$/;

const breaches = [];
const breach = (file, message) => breaches.push(`${relative(root, file)}: ${message}`);

/** Packages by name. */
const packages = new Map();
for (const floor of [...floors, 'sdks']) {
  if (!existsSync(join(root, floor))) continue;
  for (const name of readdirSync(join(root, floor))) {
    const manifestPath = join(root, floor, name, 'package.json');
    if (!existsSync(manifestPath)) continue;
    const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
    packages.set(manifest.name, { floor, name, folder: join(root, floor, name), manifest });
  }
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts')) yield path;
  }
}

const isTest = (file) =>
  /\.(test|test-d)\.tsx?$/.test(file) || /\.(int|e2e|soak)\.test\.tsx?$/.test(file) || /\/(test|testing)\//.test(file);
const floorOf = (pkg) => floors.indexOf(pkg.floor);
const edges = new Map();

for (const pkg of packages.values()) {
  for (const file of sources(pkg.folder)) {
    const text = readFileSync(file, 'utf8');
    const name = file.slice(file.lastIndexOf('/') + 1);
    const test = isTest(file);
    if (vague.test(name)) breach(file, 'the name says nothing; name the concept it holds');
    const lines = text.split('\n').length;
    if (!test && !file.endsWith('.gen.ts') && lines > maxLines)
      breach(file, `${lines} lines; one concept per file, at most ${maxLines}`);
    const { module, program, errors } = parseSync(file, text);
    if (errors.length > 0) {
      breach(file, `does not parse: ${errors[0].message}`);
      continue;
    }
    const imports = [
      ...module.staticImports.map((item) => ({
        spec: item.moduleRequest.value,
        typeOnly: item.entries.length > 0 && item.entries.every((entry) => entry.isType),
      })),
      ...module.staticExports.flatMap((item) =>
        item.entries
          .filter((entry) => entry.moduleRequest)
          .map((entry) => ({ spec: entry.moduleRequest.value, typeOnly: entry.isType })),
      ),
      ...module.dynamicImports.map((item) => ({
        spec: text.slice(item.moduleRequest.start + 1, item.moduleRequest.end - 1),
        typeOnly: false,
        dynamic: true,
      })),
    ];
    if (pkg.floor === 'core' && !test) checkPure(file, program, imports);
    for (const { spec, typeOnly, dynamic } of imports) checkImport(pkg, file, spec, typeOnly || dynamic, test);
  }
}

function checkImport(pkg, file, spec, weak, test) {
  if (spec.startsWith('.')) {
    const target = normalize(join(dirname(file), spec));
    if (!`${target}/`.startsWith(`${pkg.folder}/`))
      breach(file, `imports "${spec}" across packages; import the package by name`);
    if (/(^|\/)index\.tsx?$/.test(spec) && !test && !/(^|\/)testing\//.test(file))
      breach(file, `imports the barrel "${spec}"; import the sibling by path`);
    if (!weak) edges.set(file, [...(edges.get(file) ?? []), target]);
    return;
  }
  if (!spec.startsWith('@conv3n/')) return;
  const [scope, short, ...rest] = spec.split('/');
  const target = packages.get(`${scope}/${short}`);
  if (!target) return breach(file, `imports unknown package "${spec}"`);
  if (target === pkg) return breach(file, `imports its own package "${spec}"; import the sibling by path`);
  const sub = rest.length > 0 ? `./${rest.join('/')}` : '.';
  if (!target.manifest.exports?.[sub])
    breach(file, `deep import "${spec}" is not in the exports of ${target.manifest.name}`);
  if (!test && rest[0] === 'testing') breach(file, `imports test tools "${spec}" outside tests`);
  const declared = { ...pkg.manifest.dependencies, ...(test ? pkg.manifest.devDependencies : {}) };
  if (!(target.manifest.name in declared) && !test)
    breach(file, `imports ${target.manifest.name} without declaring it in package.json`);
  if (test) return;
  if (pkg.floor === 'sdks') return breach(file, `an SDK imports nothing of the house, but imports "${spec}"`);
  if (target.floor === 'sdks') {
    if (pkg.floor !== 'apps') breach(file, `only apps use an SDK, but it imports "${spec}"`);
    return;
  }
  if (pkg.name === 'studio' && target.floor !== 'core')
    return breach(file, `the studio uses core and sdks/typescript, but imports "${spec}"`);
  if (pkg.floor === 'plugins' && target.floor === 'adapters')
    return breach(file, `a plugin imports an adapter "${spec}"`);
  if (pkg.floor === 'adapters' && target.floor === 'engines')
    return breach(file, `an adapter imports an engine "${spec}"`);
  if (floorOf(target) > floorOf(pkg))
    return breach(file, `imports upwards: ${pkg.floor} -> ${target.floor} ("${spec}")`);
  if (target.floor === pkg.floor && !(sameFloor[pkg.name] ?? []).includes(target.name)) {
    breach(file, `${pkg.floor}/${pkg.name} may not import ${target.floor}/${target.name} on the same floor`);
  }
}

/** Core is the language plus the globals of core/platform: no Node, no DOM, no clock, no randomness. */
function checkPure(file, program, imports) {
  for (const { spec } of imports) if (spec.startsWith('node:')) breach(file, `core is pure but imports "${spec}"`);
  const declared = new Set();
  const seen = [];
  walk(program, null, null);
  for (const [name, where] of seen)
    if (!declared.has(name)) breach(file, `core is pure but uses the global "${name}" (offset ${where})`);

  function walk(node, parent, key) {
    if (!node || typeof node !== 'object') return;
    if (Array.isArray(node)) {
      for (const item of node) walk(item, parent, key);
      return;
    }
    if (typeof node.type !== 'string') return;
    if (
      node.type.startsWith('TS') &&
      !['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression', 'TSTypeAssertion'].includes(node.type)
    )
      return;
    if (node.type === 'Identifier') {
      const binds =
        parent &&
        /^(VariableDeclarator|FormalParameters?|Function\w*|ImportSpecifier|ClassDeclaration|CatchClause|ObjectPattern|ArrayPattern)$/.test(
          parent.type,
        ) &&
        key !== 'init' &&
        key !== 'body';
      if (binds) declared.add(node.name);
      const isKey =
        (parent?.type === 'MemberExpression' && key === 'property' && !parent.computed) ||
        (/Property|MethodDefinition/.test(parent?.type ?? '') && key === 'key' && !parent.computed);
      if (!isKey && pureGlobals.has(node.name)) seen.push([node.name, node.start]);
    }
    if (node.type === 'MemberExpression' && !node.computed && node.object.type === 'Identifier') {
      const path = `${node.object.name}.${node.property.name}`;
      if (['Date.now', 'Math.random'].includes(path))
        breach(file, `core is pure but calls ${path} (offset ${node.start}); take the platform's port`);
    }
    if (node.type === 'NewExpression' && node.callee.name === 'Date' && node.arguments.length === 0)
      breach(file, `core is pure but reads the clock with new Date() (offset ${node.start})`);
    for (const [childKey, child] of Object.entries(node))
      if (childKey !== 'type' && typeof child === 'object') walk(child, node, childKey);
  }
}

// Cycles between files inside a package (between packages the floor rules leave none): depth-first, each printed once.
const state = new Map();
const path = [];
function visit(file) {
  state.set(file, 1);
  path.push(file);
  for (const next of edges.get(file) ?? []) {
    if (state.get(next) === 1)
      breach(
        file,
        `import cycle: ${[...path.slice(path.indexOf(next)), next].map((item) => relative(root, item)).join(' -> ')}`,
      );
    else if (!state.has(next)) visit(next);
  }
  path.pop();
  state.set(file, 2);
}
for (const file of edges.keys()) if (!state.has(file)) visit(file);

if (breaches.length > 0) {
  console.error(breaches.sort().join('\n'));
  console.error(`\n${breaches.length} breach(es) of the structure. The rules: docs/decisions/0001-floors.md`);
  process.exit(1);
}
console.log(`structure: ${packages.size} packages, no breach`);
