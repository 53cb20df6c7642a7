import { errorReference, pipelineErrors } from '@conv3n/nexus';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHouse } from '../test/house.ts';

let house: Awaited<ReturnType<typeof openHouse>>;
beforeAll(async () => {
  house = await openHouse({
    nexus: { reference: { title: 'CONV3N <API>', serverVersion: '1.2.3', errors: errorReference([pipelineErrors]) } },
  });
});
afterAll(() => house.close());

const authorization = 'Bearer nobody';
const idsOf = (text: string) => [...text.matchAll(/"operationId":"([^"]+)"/g)].map((match) => match[1]);

it('serves the documents to any credential and to nobody without one', async () => {
  expect((await house.send({ path: '/openapi.json' })).status).toBe(401);
  const { status, json } = await house.send({ path: '/openapi.json', headers: { authorization } });
  expect([status, json]).toMatchObject([200, { openapi: '3.1.0', info: { version: '1.2.3' } }]);
  const older = await house.send({ path: '/openapi-3.0.json', headers: { authorization } });
  expect(older.json).toMatchObject({ openapi: '3.0.3' });
});

it('lists operations as they come and go', async () => {
  const ids = async () => idsOf((await house.send({ path: '/openapi.json', headers: { authorization } })).text);
  expect(await ids()).toEqual([]);
  const remove = house.add({ id: 'late.get', http: { method: 'GET', path: '/late' } });
  expect(await ids()).toEqual(['late.get']);
  remove();
  expect(await ids()).toEqual([]);
});

it('serves the page and its files itself, without inline or foreign script', async () => {
  const { status, text, headers } = await house.send({ path: '/docs' });
  expect(status).toBe(200);
  expect(headers['content-security-policy']).toContain("script-src 'self';");
  expect(text).toContain('<title>CONV3N  API : API reference</title>');
  const references = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
  expect(references).toContain('/docs/start.js');
  for (const path of references.filter((reference) => reference !== '/openapi.json')) {
    expect(path).toMatch(/^\/docs\//);
    expect((await house.send({ path })).status).toBe(200);
  }
  expect(text).not.toMatch(/<script>|\son\w+=/);
  expect((await house.send({ path: '/docs/other.js' })).status).toBe(404);
});
