import { existsSync } from 'node:fs';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';

/** The system's Chromium; `npm test` looks for one or installs it. Undefined: browser tests are skipped by name. */
export const chromiumPath = [process.env['CONV3N_CHROMIUM'], '/usr/bin/chromium'].find(
  (path) => path && existsSync(path),
);

/** Starts the system's Chromium. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
    args: ['--no-sandbox', '--headless=new', '--disable-gpu', '--disable-background-networking'],
  });
}

/** The code editor reports this when its text changes while it colours it, then colours it again; it is not ours. */
const tokenNotice = 'Token length and text length do not match';

/** The studio as a person uses it: by mouse and keyboard. */
export class StudioPage {
  readonly page: Page;
  /** Errors the browser reported; a test ends by checking that there were none. */
  readonly problems: string[] = [];

  constructor(page: Page) {
    this.page = page;
    const note = (text: string) => {
      if (!text.startsWith(tokenNotice)) this.problems.push(text);
    };
    page.on('pageerror', (error) => note(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') note(message.text());
    });
  }

  /** Signs in with a one-time link and waits for the workflows. */
  async signIn(loginUrl: string): Promise<void> {
    await this.page.goto(loginUrl);
    await this.page.getByRole('heading', { name: 'Workflows', exact: true }).waitFor();
  }

  /** Makes a blank workflow and waits for its canvas. */
  async createBlank(name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'New workflow' }).first().click();
    await this.page.getByLabel('Name', { exact: true }).fill(name);
    await this.page.getByRole('button', { name: 'Create blank' }).click();
    await this.page.getByLabel('Workflow name').waitFor();
  }

  /** Drags a block from the palette to a place on the canvas, in pixels from its corner. */
  async dragBlock(title: string, at: { readonly x: number; readonly y: number }): Promise<void> {
    const block = this.page.getByLabel('Blocks', { exact: true }).getByRole('button', { name: title, exact: true });
    await block.dragTo(this.page.locator('.react-flow__pane'), { targetPosition: at });
  }

  node(id: string): Locator {
    return this.page.locator(`.react-flow__node[data-id="${id}"]`);
  }

  edges(): Locator {
    return this.page.locator('.react-flow__edge');
  }

  /** Draws an edge by mouse from an output port to a node's input. */
  async connect(source: string, port: string, target: string): Promise<void> {
    const from = await this.node(source).getByLabel(`Output ${port}`, { exact: true }).boundingBox();
    const to = await this.node(target).getByLabel('Input default', { exact: true }).boundingBox();
    if (from === null || to === null) throw new Error(`No handles between ${source} and ${target}.`);
    await this.page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 5 });
    await this.page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Opens a node's panel. */
  async select(id: string): Promise<Locator> {
    await this.node(id).click({ position: { x: 90, y: 20 } });
    const panel = this.page.getByRole('complementary', { name: `Node ${id}`, exact: true });
    await panel.waitFor();
    return panel;
  }

  /** A field of the open form by its config name. */
  field(name: string): Locator {
    return this.page.locator(`[data-field="${name}"]`);
  }

  /** Adds an entry to a key-value field. */
  async addEntry(field: string, key: string, value: string): Promise<void> {
    const area = this.field(field);
    await area.getByRole('button', { name: /^Add/ }).click();
    const keys = area.getByLabel('Key', { exact: true });
    await keys.last().fill(key);
    await keys.last().press('Enter');
    await area.getByLabel(`Value of ${key}`, { exact: true }).fill(value);
  }

  /** Replaces the text of the code editor that is on screen. */
  async typeCode(scope: Locator, text: string): Promise<void> {
    await scope.locator('.monaco-editor .view-lines').click();
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.insertText(text);
    // What the editor closed by itself stands behind the cursor.
    await this.page.keyboard.press('Control+Shift+End');
    await this.page.keyboard.press('Delete');
  }

  /** Runs the draft with an input and waits for the end. */
  async run(input: unknown): Promise<void> {
    await this.page.getByRole('button', { name: 'Run', exact: true }).click();
    const dialog = this.page.getByRole('dialog');
    await this.typeCode(dialog, JSON.stringify(input));
    await dialog.getByRole('button', { name: 'Run', exact: true }).click();
    await this.page
      .getByRole('region', { name: 'Run' })
      .getByText(/^(Succeeded|Failed|Cancelled|Timed out|In doubt)$/)
      .first()
      .waitFor();
  }

  /** Switches between canvas and JSON. */
  async view(name: 'Canvas' | 'JSON'): Promise<void> {
    await this.page.getByRole('tab', { name, exact: true }).click();
  }

  /** Waits for a message at the corner. */
  async message(text: string | RegExp): Promise<void> {
    await this.page
      .getByRole('region', { name: /^Messages/ })
      .getByText(text)
      .waitFor();
  }
}
