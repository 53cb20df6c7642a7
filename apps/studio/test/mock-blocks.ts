import * as standard from '@conv3n/blocks-std';
import { type BlockManifest, controlBlocks } from '@conv3n/workflow';

function isManifest(value: unknown): value is BlockManifest {
  return typeof value === 'object' && value !== null && 'category' in value && 'ports' in value;
}

const trigger = {
  category: 'trigger',
  control: 'trigger',
  ports: { fixed: ['default'] },
  effect: { otherwise: 'pure' },
} as const;

const triggers: readonly BlockManifest[] = [
  {
    ...trigger,
    type: 'std/webhook',
    title: 'Webhook',
    description: 'Starts the workflow when an HTTP request arrives.',
    icon: 'webhook',
    config: {
      type: 'object',
      required: ['path'],
      properties: {
        path: {
          type: 'string',
          title: 'Path',
          description: 'Segments, `:name` for a parameter.',
          'x-conv3n': { mode: 'raw', placeholder: 'orders' },
        },
        method: {
          type: 'string',
          enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
          default: 'POST',
          title: 'Method',
          'x-conv3n': { mode: 'raw' },
        },
        respond: {
          type: 'string',
          enum: ['last', 'ack'],
          default: 'last',
          title: 'Respond',
          description: 'The output of the execution, or only its id.',
          'x-conv3n': { mode: 'raw' },
        },
        schema: { type: 'object', title: 'Body schema', 'x-conv3n': { mode: 'raw', widget: 'json', advanced: true } },
        secret: { type: 'string', title: 'Signature secret', 'x-conv3n': { secret: true, advanced: true } },
      },
    },
  },
  {
    ...trigger,
    type: 'std/cron',
    title: 'Cron',
    description: 'Starts the workflow on a schedule.',
    icon: 'calendar-clock',
    config: {
      type: 'object',
      required: ['schedule'],
      properties: {
        schedule: { type: 'string', title: 'Schedule', 'x-conv3n': { mode: 'raw', widget: 'cron' } },
        timezone: { type: 'string', title: 'Time zone', 'x-conv3n': { mode: 'raw', placeholder: 'Europe/Berlin' } },
      },
    },
  },
  {
    ...trigger,
    type: 'std/interval',
    title: 'Interval',
    description: 'Starts the workflow again and again, a fixed time apart.',
    icon: 'timer',
    config: {
      type: 'object',
      required: ['every'],
      properties: { every: { type: 'string', title: 'Every', 'x-conv3n': { mode: 'raw', widget: 'duration' } } },
    },
  },
];

const declared: readonly unknown[] = [
  ...Object.values(standard),
  ...(controlBlocks instanceof Map ? controlBlocks.values() : Object.values(controlBlocks)),
];
const known = declared.filter(isManifest).filter((block) => block.category !== 'trigger');

/** The blocks the mock server offers: the real manifests, with triggers. */
export const mockBlocks: readonly BlockManifest[] = [...triggers, ...known];
