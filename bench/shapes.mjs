// The workflows that are compared, by name: the input each is called with and the text its answer must contain.
// An engine's driver offers the shapes it can express; `bench/workflows` and `bench/peers` hold them in each engine's own form.

const order = { name: 'Ada Lovelace', email: 'ada@example.test', amount: 150 };
const json = (input, mustContain) => ({ body: JSON.stringify(input), mustContain });

const steps = Object.fromEntries(
  [1, 3, 10].flatMap((count) => [
    [`pure-${count}`, json({ n: 0 }, `"n":${count}`)],
    [`durable-${count}`, json({ n: 0 }, `"n":${count}`)],
  ]),
);

/** Characters of the payload shapes. */
export const payloadSizes = { '1 KB': 1_000, '16 KB': 16_000, '160 KB': 160_000, '1 MB': 1_000_000 };

const payloads = Object.fromEntries(
  Object.entries(payloadSizes).map(([label, size]) => [
    `payload ${label}`,
    json({ text: `${'x'.repeat(size - 8)}-the-end` }, '-the-end"'),
  ]),
);

export const shapes = {
  ...steps,
  ...payloads,
  /** Webhook, set three fields, if, respond. */
  intake: json(order, '"total":180'),
  /** Webhook, custom code that sums 100 numbers, respond. */
  sum: json({ numbers: Array.from({ length: 100 }, (_, index) => index) }, '"sum":4950'),
  /** Webhook, one set of a field, respond, called with the same numbers: what `sum` costs without code. */
  'sum-base': json({ numbers: Array.from({ length: 100 }, (_, index) => index) }, '"sum":100'),
  /** W3: make 1,000 items, split, map each, join, respond. */
  items: json(order, '"n":1000,"last":1999'),
  /** W3L: 1,000 turns of a loop, one item each. */
  loop: json(order, '"n":1000'),
  /** 100,000 items made, mapped one by one and counted. */
  map: json({}, '"n":100000'),
};

/** A loop of `count` turns, each an outside POST to `url`. */
export function externalShape(count, url) {
  return json({ count, url }, `"n":${count}`);
}
