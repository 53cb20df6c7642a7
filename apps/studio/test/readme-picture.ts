import { fileURLToPath } from 'node:url';
import { orderInput } from './mock-data.ts';
import { startMock } from './mock-server.ts';
import { launchBrowser, StudioPage } from './studio-page.ts';

/** Draws `docs/studio.png` again: `node --conditions=source apps/studio/test/readme-picture.ts` after a build. */
const mock = await startMock();
const browser = await launchBrowser();
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const studio = new StudioPage(await context.newPage());
await studio.page.goto(`${mock.url}/workflows/wf_1`);
await studio.node('crm').waitFor();
await studio.page.getByRole('button', { name: 'Hide blocks' }).click();
await studio.run(orderInput);
await studio.page.getByLabel('Steps', { exact: true }).getByText('Tell the CRM').click();
await studio.page.locator('[data-field="body"] .view-line').first().waitFor();
await studio.page.locator('.react-flow__pane').hover({ position: { x: 40, y: 40 } });
await studio.page.keyboard.press('f');
await studio.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
await studio.page.waitForTimeout(600);
await studio.page.screenshot({ path: fileURLToPath(new URL('../../../docs/studio.png', import.meta.url)) });
await browser.close();
mock.close();
