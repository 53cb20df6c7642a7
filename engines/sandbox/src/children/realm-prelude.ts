/**
 * The script that prepares a QuickJS realm before user code enters it. It is the only host surface user code can reach.
 *
 * I1 Everything it needs of the built-ins is captured before user code runs, so a poisoned built-in harms only its own run.
 * I2 The realm's memory is restored between runs, its random seed too: randomness comes from outside.
 * I3 `host` receives strings and array buffers only; nothing of the child's own realm is reachable from here.
 */
export const realmPrelude = `(host, utf8, random) => {
Math.random = random;
const { parse, stringify } = JSON, text = String, settlers = new Map();
let next = 0;
const refuse = (code, message) => host('failed', stringify({ code, message }));
const describe = (e) => {
  const part = (key) => { try { const v = e[key]; return v === undefined ? undefined : text(v).slice(0, 8000); } catch { return undefined; } };
  if ((typeof e !== 'object' && typeof e !== 'function') || e === null) { let shown; try { shown = text(e); } catch { shown = typeof e; } return { thrown: shown.slice(0, 8000), isNull: e === null }; }
  return { name: part('name'), message: part('message'), stack: part('stack') };
};
const fail = (e) => host('failed', stringify({ error: describe(e) }));
const done = (value) => {
  let out = 'null';
  if (typeof value === 'function' || typeof value === 'symbol') return refuse('code_output_not_json', 'The code returned a ' + typeof value + '. Return JSON: objects, arrays, strings, numbers, booleans or null.');
  if (value !== undefined) {
    try { out = stringify(value); } catch (e) {
      const { name, message } = describe(e);
      if (name === 'InternalError') return fail(e);
      return refuse('code_output_not_json', 'The result is not JSON: ' + (message ?? 'it cannot be read') + '. Return plain objects without cycles and without BigInt.');
    }
    if (out === undefined) return refuse('code_output_not_json', 'The result turns itself into nothing (toJSON). Return JSON.');
  }
  host('done', out);
};
const settle = (id, ok, info, body) => {
  const waiter = settlers.get(id);
  if (waiter === undefined) return;
  settlers.delete(id);
  const value = parse(info);
  if (!ok) { const e = new Error(value.message); e.name = 'SandboxError'; e.code = value.code; waiter[1](e); } else waiter[0]([value, body]);
};
const ask = (op, info, body) => new Promise((resolve, reject) => {
  if (settlers.size >= 1000) throw new RangeError('Too many timers and requests are open at once: at most 1000.');
  next += 1;
  settlers.set(next, [resolve, reject]);
  host(op, stringify(info), next, body);
});
const define = (name, make) => Object.defineProperty(globalThis, name, { configurable: true, get() { const value = make(); Object.defineProperty(globalThis, name, { value, writable: true, configurable: true }); return value; }, set(value) { Object.defineProperty(globalThis, name, { value, writable: true, configurable: true }); } });
define('console', () => {
  const show = (a) => { if (typeof a === 'string') return a; try { const s = typeof a === 'object' && a !== null && !(a instanceof Error) ? stringify(a) : text(a); return s === undefined ? text(a) : s; } catch { return '[unprintable]'; } };
  const out = {};
  for (const level of ['log', 'info', 'warn', 'error', 'debug']) out[level] = (...items) => host('log', level, items.slice(0, 50).map(show).join(' ').slice(0, 16384));
  return out;
});
define('sleep', () => (ms) => ask('timer', +ms).then(() => undefined));
define('setTimeout', () => (run, ms, ...args) => { const promise = ask('timer', +ms || 0); const id = next; promise.then(() => run(...args)).catch((e) => fail(e)); return id; });
define('clearTimeout', () => (id) => { if (settlers.delete(id)) host('clear', '', id); });
const network = () => async (resource, options = {}) => {
  const headers = {};
  const given = options.headers ?? {};
  for (const [key, value] of Array.isArray(given) ? given : Object.entries(given)) headers[text(key)] = text(value);
  const { body } = options;
  const raw = body instanceof ArrayBuffer ? body : ArrayBuffer.isView(body) ? body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength) : body == null ? undefined : text(body);
  const [info, bytes] = await ask('fetch', { url: text(resource), method: text(options.method ?? 'GET').toUpperCase(), headers }, raw);
  const lower = {};
  for (const key of Object.keys(info.headers)) lower[key.toLowerCase()] = info.headers[key];
  return { status: info.status, ok: info.status >= 200 && info.status < 300, headers: { get: (key) => lower[text(key).toLowerCase()] ?? null, has: (key) => Object.hasOwn(lower, text(key).toLowerCase()), entries: () => Object.entries(lower) }, arrayBuffer: async () => bytes, text: async () => utf8(bytes), json: async () => parse(utf8(bytes)) };
};
const go = (input, context, hasNetwork) => {
  if (hasNetwork) define('fetch', network);
  import('workflow-code').then((module) => {
    const run = module.default;
    if (typeof run !== 'function') return refuse('code_error', 'The module has no default function. Write: export default (input, ctx) => output');
    const ctx = parse(context);
    ctx.secrets = { get: async (name) => (await ask('secret', { name: text(name) }))[0].value };
    return Promise.resolve(run(parse(input), ctx)).then(done);
  }).catch(fail);
};
return [go, settle];
}`;
