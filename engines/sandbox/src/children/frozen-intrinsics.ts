/**
 * Freezes the built-ins that a query library could be tricked into changing for the next query.
 *
 * Properties of `Object.prototype` become accessors first: an assignment such as `result.toString = 1` on an ordinary object
 * must still make an own property, which a frozen data property on the prototype would prevent.
 */
export function freezeIntrinsics(): void {
  makeOverridable(Object.prototype);
  makeOverridable(Function.prototype);
  makeOverridable(Error.prototype);
  for (const intrinsic of [Object, Array, Function, String, Number, Boolean, Date, RegExp, Promise, Map, Set, Error]) {
    Object.freeze(intrinsic.prototype);
    Object.freeze(intrinsic);
  }
  Object.freeze(JSON);
  Object.freeze(Math);
}

function makeOverridable(prototype: object): void {
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (!('value' in descriptor) || !descriptor.configurable) continue;
    const { value } = descriptor;
    Object.defineProperty(prototype, key, {
      configurable: false,
      enumerable: false,
      get: () => value as unknown,
      set(this: object, next: unknown) {
        if (this === prototype) throw new TypeError(`${key} of a built-in cannot change.`);
        Object.defineProperty(this, key, { value: next, writable: true, enumerable: true, configurable: true });
      },
    });
  }
}
