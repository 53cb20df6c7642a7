import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMock } from './mock-server.ts';
import { chromiumPath, launchBrowser, StudioPage } from './studio-page.ts';

/** Every page on data that is hard to make for real, such as doubt and failures, at the two sizes we design for. */
describe.skipIf(!chromiumPath)('the pages (needs Chromium)', () => {
  let full: Awaited<ReturnType<typeof startMock>>;
  let empty: typeof full;
  let locked: typeof full;
  let browser: Browser;

  beforeAll(async () => {
    [full, empty, locked] = await Promise.all([startMock(), startMock({ empty: true }), startMock({ session: false })]);
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    for (const mock of [full, empty, locked]) mock?.close();
  });

  async function open(url: string, width = 1440, height = 900): Promise<StudioPage> {
    const context = await browser.newContext({ viewport: { width, height } });
    const studio = new StudioPage(await context.newPage());
    studio.page.setDefaultTimeout(8_000);
    await studio.page.goto(url);
    return studio;
  }

  async function executionWith(status: string): Promise<string> {
    const answer = await fetch(`${full.url}/api/v1/executions?status=${status}&workflow_id=wf_1`);
    const { data } = (await answer.json()) as { data: { items: { id: string }[] } };
    return `${full.url}/executions/${data.items[0]?.id}`;
  }

  it.each([
    ['Workflows', '/workflows'],
    ['Executions', '/executions'],
    ['Triggers', '/triggers'],
    ['Secrets', '/secrets'],
    ['API keys', '/api-keys'],
  ])('%s shows its data without errors, and what to do while there is none', async (title, path) => {
    for (const [width, height] of [
      [1440, 900],
      [1024, 768],
    ] as const) {
      const studio = await open(full.url + path, width, height);
      await studio.page.getByRole('heading', { level: 1, name: title }).waitFor();
      await studio.page.locator('main tbody a, main tbody td, main li').first().waitFor();
      const overflow = await studio.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBe(0);
      expect(studio.problems).toEqual([]);
      await studio.page.context().close();
    }
    const studio = await open(empty.url + path);
    await studio.page.locator('main h2').first().waitFor();
    expect(studio.problems).toEqual([]);
    await studio.page.context().close();
  });

  it('without a session tells how to get a sign-in link', async () => {
    const studio = await open(locked.url);
    await studio.page.getByText('conv3n login-url').waitFor();
    await studio.page.context().close();
  });

  it('explains a step in doubt and offers the four decisions', async () => {
    const studio = await open(await executionWith('in_doubt'));
    await studio.node('crm').click();
    const panel = studio.page.getByRole('region', { name: 'Decision' });
    await panel.getByText(/nobody here knows/).waitFor();
    expect(await panel.getByRole('button').count()).toBe(4);
    await studio.page.context().close();
  });

  it('shows a failed step with its error, advice and every attempt', async () => {
    const studio = await open(await executionWith('failed'));
    await studio.node('crm').click();
    await studio.page.getByText('http_server_error').first().waitFor();
    await studio.page.getByText(/Retry from this step/).waitFor();
    await studio.page.getByRole('tab', { name: /Attempts/ }).click();
    await studio.page.getByText('Attempt 3').waitFor();
    await studio.page.context().close();
  });

  it('browses the iterations of a loop', async () => {
    const studio = await open(await executionWith('succeeded'));
    await studio.node('reserve').getByRole('button').click();
    await studio.node('line').click();
    await studio.page.getByRole('combobox', { name: 'Iteration' }).click();
    await studio.page.getByRole('option', { name: /Iteration 2/ }).click();
    await studio.page.getByText('"HUB-10"').waitFor();
    await studio.page.context().close();
  });

  it('works by keyboard alone: add blocks, nudge, copy, paste, undo, lay out', async () => {
    const studio = await open(`${full.url}/workflows/new`);
    const { keyboard } = studio.page;
    await studio.page.getByText('Start with a trigger').waitFor();
    for (const word of ['webhook', 'transform']) {
      await keyboard.press('/');
      await keyboard.type(word);
      await keyboard.press('Enter');
      await studio.node(word).waitFor();
    }
    expect(await studio.edges().count()).toBe(1);
    const before = await studio.node('transform').boundingBox();
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await expect
      .poll(async () => ((await studio.node('transform').boundingBox())?.y ?? 0) - (before?.y ?? 0))
      .toBeGreaterThan(5);
    await keyboard.press('Control+d');
    await studio.node('transform_2').waitFor();
    await keyboard.press('Control+z');
    await expect.poll(() => studio.node('transform_2').count()).toBe(0);
    await keyboard.press('Control+z');
    await expect
      .poll(async () => Math.abs(((await studio.node('transform').boundingBox())?.y ?? 0) - (before?.y ?? 0)))
      .toBeLessThan(3);
    await keyboard.press('l');
    await keyboard.press('Control+a');
    await keyboard.press('Delete');
    await studio.page.getByText('Start with a trigger').waitFor();
    await keyboard.press('?');
    await studio.page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
    expect(studio.problems).toEqual([]);
    await studio.page.context().close();
  });

  it('offers to keep mine or open theirs when someone else saved first', async () => {
    const studio = await open(`${full.url}/workflows/wf_3`);
    await studio.page.getByLabel('Workflow name').fill('Mine');
    const file = { schema: 'conv3n.workflow/v1', name: 'Theirs', nodes: { a: { type: 'std/transform' } }, edges: [] };
    await fetch(`${full.url}/api/v1/workflows/wf_3`, {
      method: 'PUT',
      headers: { 'if-match': '1' },
      body: JSON.stringify(file),
    });
    await studio.page.keyboard.press('Control+s');
    const dialog = studio.page.getByRole('dialog', { name: 'Someone else saved first' });
    await dialog.getByRole('button', { name: /Save mine/ }).click();
    await studio.message(/Saved as version 3/);
    await studio.page.context().close();
  });

  it('asks before unsaved edits are dropped', async () => {
    const studio = await open(`${full.url}/workflows/wf_1`);
    await studio.page.getByLabel('Workflow name').fill('Changed');
    await studio.page.getByRole('link', { name: 'Secrets' }).click();
    const dialog = studio.page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByRole('button', { name: 'Stay' }).click();
    expect(studio.page.url()).toContain('/workflows/wf_1');
    await studio.page.context().close();
  });
});
