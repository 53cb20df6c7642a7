import { existsSync } from 'node:fs';
import { errorReference, pipelineErrors } from '@conv3n/nexus';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { openHouse, schema } from '../test/house.ts';

const executablePath = [process.env['CONV3N_CHROMIUM'], '/usr/bin/chromium'].find((path) => path && existsSync(path));

it.skipIf(!executablePath)(
  '(needs Chromium) shows the operations in a browser without breaking the policy of the page',
  async () => {
    const house = await openHouse({
      nexus: { reference: { title: 'CONV3N', serverVersion: '1.2.3', errors: errorReference([pipelineErrors]) } },
    });
    house.add({
      id: 'things.get',
      summary: 'Get a thing',
      input: schema({ type: 'object', required: ['id'], properties: { id: { type: 'string' } } }),
      output: schema({ type: 'object', title: 'Thing' }),
      http: { method: 'GET', path: '/things/{id}' },
    });
    const browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] });
    try {
      const context = await browser.newContext();
      await context.addCookies([{ name: 'conv3n_session', value: 'browser', url: `http://127.0.0.1:${house.port}` }]);
      const page = await context.newPage();
      const problems: string[] = [];
      page.on('console', (message) => {
        if (message.type() === 'error') problems.push(message.text());
      });
      page.on('pageerror', (error) => problems.push(error.message));
      await page.goto(`http://127.0.0.1:${house.port}/docs`);
      await page.getByText('Get a thing').click();
      await page.getByRole('button', { name: 'Try it out' }).click();
      await page.getByPlaceholder('id').fill('a');
      await page.getByRole('button', { name: 'Execute' }).click();
      await page.getByText('"request_id"').first().waitFor();
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
      await house.close();
    }
  },
);
