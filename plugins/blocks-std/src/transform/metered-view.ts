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

/** Wraps `value`; the read that passes `budget` calls `onExhausted`, which throws. */
export function meteredView(value: unknown, cost: number, budget: number, onExhausted: () => never): MeteredView {
  const views = new WeakMap<object, object>();
  const plains = new WeakMap<object, object>();
  let left = budget;
  const charge = (units: number): void => {
    left -= units;
    if (left < 0) onExhausted();
  };
  const view = (inner: unknown): unknown => {
    if (typeof inner === 'string') charge(inner.length >> 8);
    if (typeof inner !== 'object' || inner === null) return inner;
    let made = views.get(inner);
    if (!made) {
      // The target is a stand-in of the same kind: stored values may be frozen, and a proxy must answer a frozen property unchanged.
      made = new Proxy<object>(Array.isArray(inner) ? [] : {}, handler(inner));
      views.set(inner, made);
      plains.set(made, inner);
    }
    return made;
  };
  const handler = (inner: object): ProxyHandler<object> => ({
    get(_target, key) {
      charge(cost);
      return view(Reflect.get(inner, key));
    },
    has(_target, key) {
      charge(cost);
      return Object.hasOwn(inner, key);
    },
    ownKeys(target) {
      const keys = Object.keys(inner);
      charge(cost * keys.length);
      return Array.isArray(target) ? [...keys, 'length'] : keys;
    },
    getOwnPropertyDescriptor(target, key) {
      charge(cost);
      if (Array.isArray(target) && key === 'length') return Reflect.getOwnPropertyDescriptor(target, key);
      if (!Object.hasOwn(inner, key)) return undefined;
      return { value: view(Reflect.get(inner, key)), enumerable: true, configurable: true, writable: true };
    },
  });
  return {
    root: view(value),
    plain: (candidate) =>
      typeof candidate === 'object' && candidate !== null ? (plains.get(candidate) ?? candidate) : candidate,
  };
}
