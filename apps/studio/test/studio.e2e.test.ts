import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import { chromiumPath, launchBrowser, StudioPage } from './studio-page.ts';

/** One person's first hour, in order: each test goes on where the one before ended. */
describe.skipIf(!chromiumPath)('the studio (needs Chromium)', () => {
  let server: ServerProcess;
  let browser: Browser;
  let studio: StudioPage;

  beforeAll(async () => {
    server = await startServerProcess();
    browser = await launchBrowser();
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    studio = new StudioPage(await context.newPage());
    studio.page.setDefaultTimeout(8_000);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('signs in with the one-time link and takes the token out of the address', async () => {
    await studio.signIn(server.loginUrl);
    expect(studio.page.url()).not.toContain('token');
  });

  it('builds a workflow of three nodes by mouse', async () => {
    await studio.createBlank('Built by hand');
    await studio.dragBlock('Webhook', { x: 160, y: 260 });
    await studio.dragBlock('Transform', { x: 440, y: 260 });
    await studio.dragBlock('Condition', { x: 700, y: 260 });
    await studio.page.keyboard.press('Escape');
    await studio.connect('webhook', 'default', 'transform');
    await studio.connect('transform', 'default', 'condition');
    expect(await studio.edges().count()).toBe(2);
  });

  it('refuses an edge that already exists and one that would make a cycle', async () => {
    await studio.connect('webhook', 'default', 'transform');
    await studio.connect('condition', 'true', 'transform');
    expect(await studio.edges().count()).toBe(2);
  });

  it('configures nodes by their forms', async () => {
    await studio.select('webhook');
    await studio.field('path').locator('input').fill('built');
    await studio.select('transform');
    await studio.addEntry('set', 'total', '{{ $trigger.body.price * $trigger.body.qty }}');
    await studio.select('condition');
    await studio.field('if').locator('textarea').fill('{{ $node.transform.data.total > 100 }}');
    await studio.page.keyboard.press('Escape');
  });

  it('runs the unsaved draft and shows the status of every node', async () => {
    await studio.page.locator('.react-flow__pane').click({ position: { x: 30, y: 30 } });
    await studio.run({ body: { price: 60, qty: 2 } });
    for (const id of ['webhook', 'transform', 'condition']) {
      await studio.node(id).getByTitle('Succeeded').waitFor();
    }
    expect(await studio.page.locator('.react-flow__edge.taken').count()).toBe(2);
  });

  it('inspects a step', async () => {
    await studio.page.getByLabel('Steps', { exact: true }).getByText('transform').click();
    const run = studio.page.getByRole('region', { name: 'Run' });
    await run.getByRole('tab', { name: 'Output' }).click();
    await run.getByText('120').first().waitFor();
  });

  it('previews an expression with the data of the last execution', async () => {
    await studio.field('set').getByLabel('Value of total').focus();
    await studio.field('set').getByText('= 120').waitFor();
  });

  it('undoes and redoes', async () => {
    await studio.page.getByRole('button', { name: 'Close the run' }).click();
    await studio.select('condition');
    await studio.page.locator('.react-flow__pane').focus();
    await studio.page.keyboard.press('Delete');
    await expect.poll(() => studio.node('condition').count()).toBe(0);
    await studio.page.keyboard.press('Control+z');
    await expect.poll(() => studio.node('condition').count()).toBe(1);
    await studio.page.keyboard.press('Control+Shift+z');
    await expect.poll(() => studio.node('condition').count()).toBe(0);
    await studio.page.keyboard.press('Control+z');
    await expect.poll(() => studio.edges().count()).toBe(2);
  });

  it('takes edits of the JSON to the canvas and edits of the canvas to the JSON', async () => {
    await studio.view('JSON');
    const editor = studio.page.locator('.monaco-editor').first();
    await editor.waitFor();
    await studio.page.getByText('"transform"').first().waitFor();
    const text = JSON.stringify({
      schema: 'conv3n.workflow/v1',
      name: 'Built by hand',
      nodes: {
        webhook: { type: 'std/webhook', config: { path: 'built', method: 'POST', respond: 'last' } },
        transform: {
          type: 'std/transform',
          label: 'From JSON',
          config: { set: { total: '{{ $trigger.body.price * $trigger.body.qty }}' } },
        },
      },
      edges: [{ source: 'webhook', target: 'transform' }],
    });
    await studio.typeCode(studio.page.locator('main'), text);
    await studio.view('Canvas');
    await studio.node('transform').getByText('From JSON').waitFor();
    expect(await studio.node('condition').count()).toBe(0);
  });

  it('saves and publishes, and the webhook answers', async () => {
    await studio.page.keyboard.press('Control+s');
    await studio.message(/Saved as version 1/);
    await studio.page.waitForURL(/\/workflows\/(?!new)/);
    await studio.page.getByLabel('Workflow name').fill('Built and renamed');
    await studio.page.keyboard.press('Control+s');
    await studio.message(/Saved as version 2/);
    await studio.page.getByRole('button', { name: 'Publish' }).click();
    await studio.page.getByRole('menuitem', { name: /Publish version/ }).click();
    await studio.message(/Version 2 is published/);
    const answer = await fetch(new URL('/api/v1/webhooks/built', server.loginUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ price: 3, qty: 4 }),
    });
    expect(await answer.json()).toEqual({ total: 12 });
  });

  it('lists the executions and opens one with its graph', async () => {
    await studio.page.getByRole('link', { name: 'Executions' }).click();
    await studio.page.getByRole('row').nth(1).click();
    await studio.node('transform').getByTitle('Succeeded').waitFor();
    await studio.page.getByRole('tab', { name: 'Events' }).click();
    await studio.page.getByText('execution_succeeded').waitFor();
  });

  it('stores a secret, makes a key and pauses a trigger', async () => {
    await studio.page.getByRole('link', { name: 'Secrets' }).click();
    await studio.page.getByRole('button', { name: 'New secret' }).click();
    await studio.page.getByLabel('Name', { exact: true }).fill('crm_token');
    await studio.page.getByLabel('Value', { exact: true }).fill('s3cret');
    await studio.page.getByRole('button', { name: 'Save secret' }).click();
    await studio.page.getByRole('cell', { name: 'crm_token', exact: true }).waitFor();
    await studio.page.getByRole('link', { name: 'API keys' }).click();
    await studio.page.getByRole('button', { name: 'New key' }).click();
    await studio.page.getByLabel('Name', { exact: true }).fill('Test');
    await studio.page.getByRole('button', { name: 'Create key' }).click();
    await studio.page.getByRole('button', { name: 'I have copied it' }).click();
    await studio.page.getByRole('cell', { name: 'Test', exact: true }).waitFor();
    await studio.page.getByRole('link', { name: 'Triggers' }).click();
    await studio.page.getByRole('switch').click();
    await studio.page.getByText('Paused').waitFor();
  });

  it('met no error in the browser', () => {
    expect(studio.problems).toEqual([]);
  });
});
