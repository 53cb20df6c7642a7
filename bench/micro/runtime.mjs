// What a call through the kernel costs, with capability gate and schema check: node --conditions=source bench/micro/runtime.mjs
import { nodePlatform } from '@conv3n/platform-node';
import { createRuntime, memoryStorage } from '@conv3n/runtime';
import { measure } from './measure.mjs';

const callee = {
  manifest: {
    id: 'callee',
    version: '1.0.0',
    description: 'Answers what it gets.',
    capabilities: ['svc:register:callee.*'],
  },
  load({ services }) {
    services.register({ name: 'callee.echo', deadlineMs: 1000 }, (input) => input);
  },
};
let handle;
let emit;
const caller = {
  manifest: {
    id: 'caller',
    version: '1.0.0',
    description: 'Calls the other.',
    requires: ['callee'],
    capabilities: ['svc:call:callee.*', 'evt:emit:caller.*', 'evt:subscribe:caller.*'],
  },
  load({ events }) {
    events.subscribe('caller.*', () => {}, { queueLimit: 1000 });
    emit = () => events.emit('caller.ping', { n: 1 });
  },
  start({ services }) {
    handle = services.resolve('callee.echo');
  },
};

const platform = nodePlatform();
const plugins = [{ plugin: callee }, { plugin: caller }];
const runtime = createRuntime({ platform, storage: memoryStorage(platform), compileSchema: () => () => [], plugins });
await runtime.start();
const context = { caller: { subject: 'user:bench', scopes: new Set() }, signal: new AbortController().signal };
const input = { n: 1 };
await measure('handle invoke', () => handle.invoke(input, context));
await measure('services.call', () => runtime.services.call('callee.echo', input, context));
await measure('event to one subscriber', () => emit());
await runtime.stop();
