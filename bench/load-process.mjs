// The load generator's own process: closed loop, keep-alive, one request in flight per connection, no pipelining.
// It speaks HTTP/1.1 over plain sockets, because the client shares the machine with what it measures and must stay cheap.
// Gets its orders as the first message of its parent, answers with one message and ends.
import { connect } from 'node:net';
import { Histogram } from './histogram.mjs';

const headEnd = Buffer.from('\r\n\r\n');
const chunkedEnd = Buffer.from('0\r\n\r\n');

/** Reads one response after another from a socket's chunks; a chunked body ends where a chunk ends with the last-chunk mark. */
class ResponseReader {
  #parts = [];
  #size = 0;
  #head;

  /** Answers `{status, body, close}` when the response is whole, else undefined. */
  add(chunk) {
    this.#parts.push(chunk);
    this.#size += chunk.length;
    if (!this.#head && !this.#readHead()) return undefined;
    const { from, length, status, close } = this.#head;
    if (length === undefined ? !this.#endsChunked() : this.#size < from + length) return undefined;
    const whole = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts, this.#size);
    this.#parts = [];
    this.#size = 0;
    this.#head = undefined;
    return { status, close, body: whole.subarray(from) };
  }

  #readHead() {
    const seen = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts, this.#size);
    this.#parts = [seen];
    const end = seen.indexOf(headEnd);
    if (end < 0) return false;
    const text = seen.toString('latin1', 0, end);
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    this.#head = {
      status: Number(text.slice(9, 12)),
      from: end + headEnd.length,
      length: length === undefined ? undefined : Number(length),
      close: /\r\nconnection: *close/i.test(text),
    };
    return true;
  }

  #endsChunked() {
    const last = this.#parts.at(-1);
    if (last.length >= chunkedEnd.length) return last.subarray(-chunkedEnd.length).equals(chunkedEnd);
    return Buffer.concat(this.#parts.slice(-chunkedEnd.length)).subarray(-chunkedEnd.length).equals(chunkedEnd);
  }
}

function requestBytes({ url, method, headers, body }) {
  const { host, pathname, search } = new URL(url);
  const payload = Buffer.from(body ?? '');
  const lines = [`${method} ${pathname}${search} HTTP/1.1`, `host: ${host}`, `content-length: ${payload.length}`];
  for (const [name, value] of Object.entries(headers ?? {})) lines.push(`${name}: ${value}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), payload]);
}

function generate(orders) {
  const { connections, warmUpMs, durationMs, minRequests, maxRequests, timeoutMs, mustContain } = orders;
  const { hostname, port } = new URL(orders.url);
  const bytes = requestBytes(orders);
  const mark = mustContain ? Buffer.from(mustContain) : undefined;
  const histogram = new Histogram();
  const failures = { count: 0, first: undefined };
  let phase = 'warm-up';
  let opened = 0;
  let sent = 0;
  let completed = 0;
  let answered = 0;
  let startedAt = 0;
  let endedAt = 0;
  let cpuBefore;
  let open = connections;
  let done;
  const finished = new Promise((resolve) => {
    done = resolve;
  });

  const begin = () => {
    phase = 'measure';
    startedAt = performance.now();
    cpuBefore = process.cpuUsage();
  };
  const end = () => {
    if (phase !== 'measure') return;
    phase = 'drain';
    endedAt = performance.now();
  };
  if (warmUpMs > 0) setTimeout(begin, warmUpMs);
  else begin();
  // A slow server gets longer, so that its figures rest on whole rounds of all connections.
  let overdue = false;
  const limit = setTimeout(() => {
    overdue = true;
    if (completed >= minRequests) end();
  }, warmUpMs + durationMs);
  const lastLimit = setTimeout(end, warmUpMs + durationMs + timeoutMs);

  const fail = (reason) => {
    failures.count += 1;
    failures.first ??= reason;
  };
  const retire = () => {
    open -= 1;
    if (open === 0) {
      clearTimeout(limit);
      clearTimeout(lastLimit);
      end();
      done();
    }
  };

  function openConnection() {
    opened += 1;
    const reader = new ResponseReader();
    let sentAt = 0;
    let counted = false;
    let waiting = false;
    let over = false;
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const leave = (again) => {
      if (over) return;
      over = true;
      socket.destroy();
      if (again && phase !== 'drain' && opened < connections + 1000) openConnection();
      else retire();
    };
    const send = () => {
      if (phase === 'measure' && maxRequests !== undefined && sent >= maxRequests) {
        if (completed + failures.count >= maxRequests) end();
        return leave(false);
      }
      if (phase === 'drain') return leave(false);
      counted = phase === 'measure';
      if (counted) sent += 1;
      waiting = true;
      sentAt = performance.now();
      socket.write(bytes);
    };
    socket.setTimeout(timeoutMs, () => {
      if (waiting) fail(`no answer within ${timeoutMs} ms`);
      leave(true);
    });
    socket.on('connect', send);
    socket.on('data', (chunk) => {
      const response = reader.add(chunk);
      if (!response) return;
      waiting = false;
      answered += 1;
      if (response.status !== 200 || (mark && response.body.indexOf(mark) < 0))
        fail(`status ${response.status}: ${response.body.toString('utf8', 0, 300)}`);
      else if (counted && phase === 'measure') {
        histogram.record((performance.now() - sentAt) * 1000);
        completed += 1;
        if (overdue && completed >= minRequests) end();
      }
      if (maxRequests !== undefined && completed + failures.count >= maxRequests) end();
      if (response.close) leave(true);
      else send();
    });
    socket.on('error', (error) => {
      if (!over) fail(`connection: ${error.message}`);
      leave(true);
    });
    socket.on('close', () => {
      if (waiting && !over) fail('the connection closed before the answer');
      leave(true);
    });
  }

  for (let index = 0; index < connections; index++) openConnection();
  return finished.then(() => {
    if (warmUpMs === 0 && completed === 0) fail('no request was answered in time');
    const seconds = (endedAt - startedAt) / 1000;
    const cpu = process.cpuUsage(cpuBefore);
    const ms = (share) => histogram.percentile(share) / 1000;
    return {
      seconds,
      completed,
      answered,
      failures: failures.count,
      ...(failures.first === undefined ? {} : { firstFailure: failures.first }),
      perSecond: completed / seconds,
      p50: ms(0.5),
      p95: ms(0.95),
      p99: ms(0.99),
      max: histogram.max / 1000,
      clientCpu: (cpu.user + cpu.system) / 1e6,
    };
  });
}

process.once('message', async (orders) => {
  process.send(await generate(orders), () => process.disconnect());
});
