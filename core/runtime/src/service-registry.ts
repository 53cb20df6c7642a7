import type { CallContext, Conv3nError, Disposer, Log, Platform, SchemaCompiler } from '@conv3n/platform';
import { runtimeErrors } from './errors.ts';
import type { ServiceDescription, ServiceHandle, ServiceHandler } from './plugin.ts';
import { PrefixObservers } from './prefix-observers.ts';
import { ServiceEntry, type ServiceStats } from './service-entry.ts';

/** A change of the set of services, as `Services.watch` tells it. */
export type ServiceChange = { readonly added: boolean; readonly description: ServiceDescription };

const namePattern = /^[A-Za-z0-9_][A-Za-z0-9_.:/@-]{0,199}$/;

/** Services by name. Knows owners but no capabilities: those are checked by the view that calls it. */
export class ServiceRegistry {
  readonly #platform: Platform;
  readonly #compile: SchemaCompiler;
  readonly #entries = new Map<string, ServiceEntry>();
  readonly #observers = new PrefixObservers<ServiceChange>();

  constructor(platform: Platform, compile: SchemaCompiler) {
    this.#platform = platform;
    this.#compile = compile;
  }

  get size(): number {
    return this.#entries.size;
  }

  get observerCount(): number {
    return this.#observers.size;
  }

  register(
    owner: string,
    log: Log,
    description: ServiceDescription,
    handler: ServiceHandler<unknown, unknown>,
  ): Disposer {
    const { name } = description;
    if (!namePattern.test(name)) {
      throw runtimeErrors.error('invalid_option', `"${name}" is not a service name. Use a dotted name without spaces.`);
    }
    const present = this.#entries.get(name);
    if (present) {
      const message = `The service "${name}" is registered by "${present.owner}". Choose another name.`;
      throw runtimeErrors.error('service_exists', message, { details: { name, owner: present.owner } });
    }
    const entry = new ServiceEntry({
      platform: this.#platform,
      owner,
      log,
      description: Object.freeze({ ...description }),
      handler,
      inputCheck: description.input && this.#compile(description.input),
      outputCheck: description.output && this.#compile(description.output),
    });
    this.#entries.set(name, entry);
    this.#observers.notify(name, { added: true, description: entry.description });
    return () => {
      if (this.#entries.get(name) !== entry) return;
      this.#entries.delete(name);
      entry.end();
      this.#observers.notify(name, { added: false, description: entry.description });
    };
  }

  call(name: string, input: unknown, context: CallContext): Promise<unknown> {
    const entry = this.#entries.get(name);
    return entry ? entry.call(input, context) : Promise.reject(this.#notFound(name));
  }

  resolve(name: string): ServiceHandle<unknown, unknown> | undefined {
    return this.#entries.get(name);
  }

  list(prefix = ''): readonly (ServiceDescription & { readonly owner: string })[] {
    return Array.from(this.#entries.values())
      .filter((entry) => entry.description.name.startsWith(prefix))
      .map((entry) => ({ ...entry.description, owner: entry.owner }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  watch(prefix: string, log: Log, observer: (change: ServiceChange) => void): Disposer {
    const present = this.list(prefix).map(({ owner: _, ...description }) => ({ added: true, description }));
    const onError = (error: unknown): void => log.write('error', 'service observer failed', { prefix, error });
    return this.#observers.add(prefix, observer, onError, present);
  }

  stats(): readonly ServiceStats[] {
    return Array.from(this.#entries.values(), (entry) => entry.stats());
  }

  #notFound(name: string): Conv3nError {
    return runtimeErrors.error(
      'service_not_found',
      `No service "${name}" is registered. Load the plugin that provides it.`,
      {
        details: { name },
      },
    );
  }
}
