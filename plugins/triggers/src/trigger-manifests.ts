import type { BlockManifest } from '@conv3n/workflow';

const ports = { fixed: ['default'] } as const;
const effect = { otherwise: 'pure' } as const;

const webhook: BlockManifest = {
  type: 'std/webhook',
  title: 'Webhook',
  description: 'Starts an execution for each request to its URL, and answers it.',
  category: 'trigger',
  icon: 'webhook',
  control: 'trigger',
  ports,
  effect,
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['path'],
    properties: {
      path: {
        title: 'Path',
        description: 'Segments after /api/v1/webhooks/; :name takes any one segment.',
        type: 'string',
        pattern: '^/?(:?[A-Za-z0-9_.~-]+)(/:?[A-Za-z0-9_.~-]+)*/?$',
        'x-conv3n': { mode: 'raw', placeholder: 'orders/:id' },
      },
      method: {
        title: 'Method',
        type: 'string',
        enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        default: 'POST',
        'x-conv3n': { mode: 'raw', widget: 'select' },
      },
      respond: {
        title: 'Answer',
        description: 'last: wait for the output and send it. ack: answer 202 with the execution id at once.',
        type: 'string',
        enum: ['last', 'ack'],
        default: 'last',
        'x-conv3n': { mode: 'raw', widget: 'select' },
      },
      schema: {
        title: 'Body schema',
        description: 'A JSON Schema; bodies that do not match get 400.',
        type: 'object',
        'x-conv3n': { mode: 'raw', widget: 'json', advanced: true },
      },
      secret: {
        title: 'Signing secret',
        description: 'Requests need an HMAC-SHA256 signature: X-Conv3n-Signature or X-Hub-Signature-256.',
        type: 'string',
        'x-conv3n': { secret: true, advanced: true, placeholder: '{{ $secrets.webhook }}' },
      },
      contentType: {
        title: 'Answer type',
        description: 'Media type of the answer; JSON unless set.',
        type: 'string',
        pattern: '^[a-z]+/[A-Za-z0-9.+-]+(; ?charset=[A-Za-z0-9-]+)?$',
        'x-conv3n': { mode: 'raw', advanced: true, placeholder: 'text/html; charset=utf-8' },
      },
    },
  } as BlockManifest['config'],
  output: {
    type: 'object',
    properties: {
      method: { type: 'string' },
      path: { type: 'string' },
      params: { type: 'object' },
      query: { type: 'object' },
      headers: { type: 'object' },
      body: {},
    },
  },
  example: { path: 'orders', method: 'POST', respond: 'last' },
};

const cron: BlockManifest = {
  type: 'std/cron',
  title: 'Cron',
  description: 'Starts an execution at the times of a cron schedule.',
  category: 'trigger',
  icon: 'calendar-clock',
  control: 'trigger',
  ports,
  effect,
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['schedule'],
    properties: {
      schedule: {
        title: 'Schedule',
        description: 'Minute, hour, day, month, weekday; six fields begin with seconds.',
        type: 'string',
        'x-conv3n': { mode: 'raw', widget: 'cron', placeholder: '0 9 * * 1-5' },
      },
      timezone: {
        title: 'Time zone',
        description: 'An IANA name such as Europe/Berlin; UTC unless set.',
        type: 'string',
        default: 'UTC',
        'x-conv3n': { mode: 'raw' },
      },
    },
  } as BlockManifest['config'],
  output: {
    type: 'object',
    properties: { trigger_id: { type: 'string' }, scheduled_at: { type: 'string' }, fired_at: { type: 'string' } },
  },
  example: { schedule: '0 9 * * 1-5', timezone: 'Europe/Berlin' },
};

const interval: BlockManifest = {
  type: 'std/interval',
  title: 'Interval',
  description: 'Starts an execution again and again, a fixed time apart.',
  category: 'trigger',
  icon: 'timer-reset',
  control: 'trigger',
  ports,
  effect,
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['every'],
    properties: {
      every: {
        title: 'Every',
        description: 'Time between two firings, at least 1s.',
        type: 'string',
        'x-conv3n': { mode: 'raw', widget: 'duration', placeholder: '5m' },
      },
    },
  } as BlockManifest['config'],
  output: cron.output as NonNullable<BlockManifest['output']>,
  example: { every: '5m' },
};

/** The trigger blocks. The engine never calls them: a firing gives the node its data. */
export const triggerManifests: readonly BlockManifest[] = [webhook, cron, interval];
