/**
 * A read-only view of a JSON value that counts what is read through it, so that a foreign evaluator which cannot be interrupted stops in bounded time.
 *
 * I1 Every read of a property, a key list or a presence test costs at least `cost`; strings cost more by their length.
 * I2 The same inner value has the same view, so identity keeps its meaning.
 */
export interface MeteredView {
  readonly root: unknown;
  /** The plain value behind a view; anything else unchanged. */
  plain(value: unknown): unknown;
}

/** Where a stand-in keeps the value it stands for. */
const original = Symbol('original');

/**
 * The target of a proxy: empty and of the same kind as the value. The value itself cannot be the target, because stored values may be frozen and a
 * proxy must answer a frozen property unchanged.
 */
type StandIn = object & { [original]: object };

/** Wraps `value`; the read that passes `budget` calls `onExhausted`, which throws. */
export function meteredView(value: unknown, cost: number, budget: number, onExhausted: () => never): MeteredView {
  const views = new WeakMap<object, object>();
  let left = budget;
  const charge = (units: number): void => {
    left -= units;
    if (left < 0) onExhausted();
  };
  const handler: ProxyHandler<StandIn> = {
    get(target, key) {
      if (key === original) return target[original];
      charge(cost);
      return view(Reflect.get(target[original], key));
    },
    has(target, key) {
      charge(cost);
      return Object.hasOwn(target[original], key);
    },
    ownKeys(target) {
      const keys = Object.keys(target[original]);
      charge(cost * keys.length);
      return Array.isArray(target) ? [...keys, 'length'] : keys;
    },
    getOwnPropertyDescriptor(target, key) {
      charge(cost);
      if (Array.isArray(target) && key === 'length') return Reflect.getOwnPropertyDescriptor(target, key);
      const inner = target[original];
      if (!Object.hasOwn(inner, key)) return undefined;
      return { value: view(Reflect.get(inner, key)), enumerable: true, configurable: true, writable: true };
    },
  };
  const view = (inner: unknown): unknown => {
    if (typeof inner === 'string') charge(inner.length >> 8);
    if (typeof inner !== 'object' || inner === null) return inner;
    let made = views.get(inner);
    if (!made) {
      const standIn = (Array.isArray(inner) ? [] : {}) as StandIn;
      standIn[original] = inner;
      made = new Proxy(standIn, handler);
      views.set(inner, made);
    }
    return made;
  };
  return {
    root: view(value),
    plain: (candidate) =>
      typeof candidate === 'object' && candidate !== null
        ? ((candidate as Partial<StandIn>)[original] ?? candidate)
        : candidate,
  };
}
