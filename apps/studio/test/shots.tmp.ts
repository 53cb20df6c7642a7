import { chromium } from 'playwright-core';
import { startMock } from '/work/main/apps/studio/test/mock-server.ts';
const only = process.argv[2]?.split(',');
const theme = process.argv[3] ?? 'dark';
const sizes = (process.argv[4] ?? '1440x900').split(',').map((s) => s.split('x').map(Number));
const mock = await startMock();
const empty = await startMock({ empty: true });
const out = await startMock({ session: false });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--headless=new', '--disable-gpu', '--disable-background-networking'] });
const execs = (await (await fetch(mock.url + '/api/v1/executions')).json()).data.items;
const ok = execs.find((e: any) => e.status === 'succeeded' && e.workflow_id === 'wf_1');
const failed = execs.find((e: any) => e.status === 'failed' && e.workflow_id === 'wf_1');
const doubt = execs.find((e: any) => e.status === 'in_doubt');
type P = import('playwright-core').Page;
const open = (p: P) => p.waitForSelector('.react-flow__node');
const pages: [string, string, string, ((p: P) => Promise<void>)?][] = [
  ['signin', out.url, '/'],
  ['workflows', mock.url, '/workflows'],
  ['workflows-empty', empty.url, '/workflows'],
  ['new', mock.url, '/workflows', async (p) => { await p.getByRole('button', { name: 'New workflow' }).click(); }],
  ['executions', mock.url, '/executions'],
  ['executions-empty', empty.url, '/executions'],
  ['triggers', mock.url, '/triggers'],
  ['secrets', mock.url, '/secrets'],
  ['secret-new', mock.url, '/secrets', async (p) => { await p.getByRole('button', { name: 'New secret' }).click(); }],
  ['keys', mock.url, '/api-keys'],
  ['key-new', mock.url, '/api-keys', async (p) => { await p.getByRole('button', { name: 'New key' }).click(); }],
  ['editor', mock.url, '/workflows/wf_1', open],
  ['editor-node', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.locator('.react-flow__node[data-id="total"]').click(); }],
  ['editor-http', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.locator('.react-flow__node[data-id="crm"]').click(); await p.waitForTimeout(1500); }],
  ['editor-cases', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.locator('.react-flow__node[data-id="tier"]').click(); }],
  ['editor-vars', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.locator('.react-flow__node[data-id="crm"]').click(); await p.getByRole('button', { name: 'Variables' }).click(); await p.locator('aside textarea').first().click(); await p.waitForTimeout(800); }],
  ['editor-settings', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.locator('.react-flow__node[data-id="crm"]').click(); await p.getByRole('tab', { name: 'Settings' }).click(); }],
  ['editor-docs', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.locator('.react-flow__node[data-id="crm"]').click(); await p.getByRole('tab', { name: 'Docs' }).click(); }],
  ['editor-palette', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.keyboard.press('Control+k'); await p.keyboard.type('h'); }],
  ['editor-json', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.keyboard.press('j'); await p.waitForSelector('.monaco-editor .view-line'); await p.waitForTimeout(1200); }],
  ['editor-loop', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.locator('.react-flow__node[data-id="reserve"]').dblclick(); }],
  ['editor-rundialog', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.keyboard.press('Control+Enter'); await p.waitForSelector('.monaco-editor .view-line'); await p.waitForTimeout(700); }],
  ['editor-running', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.keyboard.press('Control+Enter'); await p.waitForSelector('.monaco-editor .view-line'); await p.getByRole('dialog').getByRole('button', { name: 'Run' }).click(); await p.waitForTimeout(450); }],
  ['editor-ran', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.keyboard.press('Control+Enter'); await p.waitForSelector('.monaco-editor .view-line'); await p.getByRole('dialog').getByRole('button', { name: 'Run' }).click(); await p.waitForTimeout(2200); await p.getByLabel('Steps').getByText('Tell the CRM').click(); await p.waitForTimeout(600); await p.keyboard.press('f'); }],
  ['editor-empty', empty.url, '/workflows', async (p) => { await p.getByRole('button', { name: 'New workflow' }).first().click(); await p.getByRole('button', { name: 'Create blank' }).click(); await p.waitForTimeout(900); }],
  ['editor-versions', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.getByRole('button', { name: 'Versions' }).click(); }],
  ['shortcuts', mock.url, '/workflows/wf_1', async (p) => { await open(p); await p.keyboard.press('?'); }],
  ['execution', mock.url, '/executions/' + ok.id, async (p) => { await open(p); await p.locator('.react-flow__node[data-id="crm"]').click(); }],
  ['execution-failed', mock.url, '/executions/' + failed.id, async (p) => { await open(p); await p.locator('.react-flow__node[data-id="crm"]').click(); }],
  ['execution-doubt', mock.url, '/executions/' + doubt.id, async (p) => { await open(p); await p.locator('.react-flow__node[data-id="crm"]').click(); }],
  ['execution-events', mock.url, '/executions/' + ok.id, async (p) => { await open(p); await p.getByRole('tab', { name: 'Events' }).click(); }],
];
for (const [w, h] of sizes) {
  const context = await browser.newContext({ viewport: { width: w!, height: h! } });
  await context.addInitScript(`localStorage.setItem('conv3n.theme', '${theme}')`);
  for (const [name, base, path, act] of pages) {
    if (only && only[0] !== 'all' && !only.includes(name)) continue;
    const page = await context.newPage();
    page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') console.log(name, m.type(), m.text().slice(0, 300)); });
    page.on('pageerror', (e) => console.log(name, 'PAGEERROR', e.message.slice(0, 400)));
    try {
      await page.goto(base + path);
      await page.waitForTimeout(500);
      await act?.(page);
      await page.waitForTimeout(450);
    } catch (e) { console.log(name, 'FAILED', String(e).slice(0, 400)); }
    await page.screenshot({ path: `/tmp/shots/${name}-${w}${theme === 'light' ? '-light' : ''}.png` });
    await page.close();
  }
  await context.close();
}
await browser.close(); mock.close(); empty.close(); out.close();
