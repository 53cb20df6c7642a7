import { expect, test } from 'vitest';
import { CountingService } from '../support/counting-service.ts';
import { runningServer } from '../support/running-server.ts';
import { scratch } from '../support/scratch.ts';

test('a step that outlasts its timeout fails with step_timeout, whatever it was waiting for', async () => {
  const service = await CountingService.start();
  service.fate = () => ({ delayAfterMs: 30_000 });
  const { server, api } = await runningServer({ ...scratch(), env: { CONV3N_EGRESS_ALLOW: service.authority } });
  const slow = (timeout: string) => ({
    type: 'std/http_request',
    timeout,
    onError: 'continue',
    config: { url: `${service.url}/slow` },
  });
  const nodes = { a: slow('200ms'), b: slow('301ms'), c: slow('403ms'), d: slow('505ms'), e: slow('607ms') };
  const { steps } = await api.run({ schema: 'conv3n.workflow/v1', name: 'Slow', nodes, edges: [] });
  expect(steps.map((step) => [step.status, step.error?.code])).toEqual(steps.map(() => ['failed', 'step_timeout']));
  expect(await server.terminate()).toEqual({ code: 0, signal: null });
});
