import { fork } from 'node:child_process';
import { join } from 'node:path';
import { cpuSecondsOf, loadAverage, machineCpuSeconds, memoryOf } from './process-tree.mjs';

/**
 * Runs one closed-loop load from a process of its own and answers throughput, latencies in milliseconds, processor use and peak memory.
 * `request` is `{url, method, headers, body, mustContain}`: an answer that is not 200 or lacks `mustContain` counts as a failure.
 * The window is `durationMs`, longer until `minRequests` are answered, shorter once `maxRequests` are.
 * `roots` are the pids of what is measured, their memory is read each `sampleMs`; `foreign` in the answer is how many cores everybody else kept busy meanwhile.
 */
export async function load(
  request,
  {
    connections,
    durationMs,
    warmUpMs = 0,
    minRequests = 1,
    maxRequests,
    timeoutMs = 60_000,
    sampleMs = 250,
    roots = [],
  },
) {
  const child = fork(join(import.meta.dirname, 'load-process.mjs'), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let peak = { rss: 0, pss: 0 };
  const sampler = setInterval(() => {
    const now = memoryOf(roots);
    if (now.rss > peak.rss) peak = now;
  }, sampleMs);
  const before = { at: performance.now(), server: cpuSecondsOf(roots), machine: machineCpuSeconds() };
  try {
    const result = await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`The load generator ended with code ${code} before it answered.`)));
      child.send({ ...request, connections, durationMs, warmUpMs, minRequests, maxRequests, timeoutMs });
    });
    const seconds = (performance.now() - before.at) / 1000;
    const serverCpu = cpuSecondsOf(roots) - before.server;
    const serverCores = serverCpu / seconds;
    const clientCores = (result.clientCpu ?? 0) / result.seconds;
    const machineCores = (machineCpuSeconds() - before.machine) / seconds;
    return {
      ...result,
      connections,
      serverCores,
      cpuMs: (serverCpu * 1000) / Math.max(1, result.answered),
      clientCores,
      foreign: Math.max(0, machineCores - serverCores - clientCores),
      loadAverage: loadAverage(),
      peakRss: Math.max(peak.rss, memoryOf(roots).rss),
    };
  } finally {
    clearInterval(sampler);
  }
}

/** Sends one request, which expects `request.status` (200), and answers `{ok, ms, status, text}`; a refused or cut connection answers `ok: false`. */
export async function once(request, timeoutMs = 60_000) {
  const startedAt = performance.now();
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers ?? {},
      signal: AbortSignal.timeout(timeoutMs),
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    const text = await response.text();
    const ok =
      response.status === (request.status ?? 200) && (!request.mustContain || text.includes(request.mustContain));
    return { ok, ms: performance.now() - startedAt, status: response.status, text };
  } catch (error) {
    return {
      ok: false,
      ms: performance.now() - startedAt,
      status: 0,
      text: String(error.cause?.code ?? error.message),
    };
  }
}
