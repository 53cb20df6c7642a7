import { runtimeErrors } from './errors.ts';
import type { Capability } from './plugin.ts';

const verbs = [
  'svc:call',
  'svc:register',
  'evt:emit',
  'evt:subscribe',
  'store:read',
  'store:write',
  'state:read',
  'state:write',
] as const;

/** What a capability allows to do; its pattern says with what. */
export type CapabilityVerb = (typeof verbs)[number];

/** Splits `svc:call:devices.*` into verb and pattern; undefined when malformed. A `*` stands only at the end. */
export function parseCapability(text: string): { readonly verb: CapabilityVerb; readonly pattern: string } | undefined {
  const verb = verbs.find((candidate) => text.startsWith(`${candidate}:`));
  if (verb === undefined) return undefined;
  const pattern = text.slice(verb.length + 1);
  const star = pattern.indexOf('*');
  return pattern !== '' && (star === -1 || star === pattern.length - 1) ? { verb, pattern } : undefined;
}

class PatternSet {
  readonly #exact = new Set<string>();
  readonly #prefixes: string[] = [];

  add(pattern: string): void {
    if (pattern.endsWith('*')) this.#prefixes.push(pattern.slice(0, -1));
    else this.#exact.add(pattern);
  }

  allows(name: string): boolean {
    return this.#exact.has(name) || this.covers(name);
  }

  /** True when every name that starts with `prefix` is allowed. */
  covers(prefix: string): boolean {
    return this.#prefixes.some((base) => prefix.startsWith(base));
  }
}

type CapabilityTable = ReadonlyMap<CapabilityVerb, PatternSet>;

function tableOf(capabilities: readonly Capability[]): CapabilityTable {
  const table = new Map<CapabilityVerb, PatternSet>();
  for (const text of capabilities) {
    const parsed = parseCapability(text);
    if (!parsed) {
      throw runtimeErrors.error(
        'invalid_manifest',
        `"${text}" is not a capability. Write one like "svc:call:devices.*".`,
      );
    }
    const patterns = table.get(parsed.verb) ?? new PatternSet();
    patterns.add(parsed.pattern);
    table.set(parsed.verb, patterns);
  }
  return table;
}

/** Decides what one plugin may do: what its manifest declares and the operator granted, nothing else. */
export class CapabilityGate {
  readonly #plugin: string;
  readonly #declared: CapabilityTable;
  readonly #granted: CapabilityTable;

  /** Without `granted` the operator grants what is declared. @throws Conv3nError `invalid_manifest` */
  constructor(plugin: string, declared: readonly Capability[], granted: readonly Capability[] | undefined) {
    this.#plugin = plugin;
    this.#declared = tableOf(declared);
    this.#granted = granted === undefined ? this.#declared : tableOf(granted);
  }

  /** @throws Conv3nError `capability_denied` */
  check(verb: CapabilityVerb, name: string): void {
    if (!this.#declared.get(verb)?.allows(name)) this.#deny(verb, name, 'declare');
    if (!this.#granted.get(verb)?.allows(name)) this.#deny(verb, name, 'grant');
  }

  /** For verbs over everything under a prefix. @throws Conv3nError `capability_denied` */
  checkPrefix(verb: CapabilityVerb, prefix: string): void {
    if (!this.#declared.get(verb)?.covers(prefix)) this.#deny(verb, `${prefix}*`, 'declare');
    if (!this.#granted.get(verb)?.covers(prefix)) this.#deny(verb, `${prefix}*`, 'grant');
  }

  #deny(verb: CapabilityVerb, name: string, missing: 'declare' | 'grant'): never {
    const capability = `${verb}:${name}`;
    const remedy =
      missing === 'declare' ? 'Declare it in the capabilities of its manifest.' : 'Grant it when loading the plugin.';
    throw runtimeErrors.error('capability_denied', `The plugin "${this.#plugin}" may not "${capability}". ${remedy}`, {
      details: { plugin: this.#plugin, capability, missing },
    });
  }
}
