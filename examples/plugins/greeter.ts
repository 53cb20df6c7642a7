import type { JsonObject } from '@conv3n/platform';
import type { Plugin } from '@conv3n/runtime';
import { type BlockCall, type BlockResult, defineBlock } from '@conv3n/workflow';

interface GreetConfig {
  readonly name: string;
  readonly greeting?: string;
}

const greet = defineBlock<GreetConfig>({
  manifest: {
    type: 'example/greet',
    title: 'Greet',
    description: 'Greets somebody by name.',
    category: 'data',
    config: {
      type: 'object',
      required: ['name'],
      additionalProperties: false,
      properties: { name: { type: 'string', title: 'Name' }, greeting: { type: 'string', title: 'Greeting' } },
    },
    ports: { fixed: ['default'] },
    effect: { otherwise: 'pure' },
    example: { name: 'Ada' },
  },
  run: ({ config }) => ({ kind: 'succeeded', data: { text: `${config.greeting ?? 'Hello'}, ${config.name}!` } }),
});

/** Offers the block `example/greet`, tells each greeting as an event, and counts those events. */
export const greeter: Plugin = {
  manifest: {
    id: 'greeter',
    version: '1.0.0',
    description: 'An example of a plugin with a block and a subscriber',
    capabilities: [
      'svc:register:block:example/greet',
      'svc:register:greeter.count',
      'evt:emit:greeter.greeted',
      'evt:subscribe:greeter.greeted',
    ],
  },
  load({ services, events }) {
    let greetings = 0;
    const annotations = { block: greet.manifest as unknown as JsonObject };
    services.register<BlockCall<GreetConfig>, BlockResult>(
      { name: 'block:example/greet', annotations },
      (call, context) => {
        events.emit('greeter.greeted', { name: call.config.name }, { subject: call.config.name, context });
        return greet.run(call, context);
      },
    );
    events.subscribe('greeter.greeted', () => {
      greetings += 1;
    });
    services.register({ name: 'greeter.count' }, () => greetings);
  },
};
