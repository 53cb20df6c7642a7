import { expect, it } from 'vitest';
import { Admission } from './admission.ts';

const admission = (maxWaitMs = 10_000) => new Admission({ places: 1, maxQueue: 1, maxWaitMs });
const enter = async (place: Admission, signal?: AbortSignal) => {
  const admitted = await place.enter(signal);
  return admitted.kind === 'admitted' ? admitted : expect.fail(admitted.kind);
};

it('admits one after another and refuses beyond its queue', async () => {
  const place = admission();
  const first = await enter(place);
  const second = place.enter(undefined);
  expect(await place.enter(undefined)).toEqual({ kind: 'overloaded' });
  first.release();
  first.release();
  expect(await second).toMatchObject({ kind: 'admitted' });
  const third = place.enter(AbortSignal.timeout(20));
  expect(await third).toEqual({ kind: 'aborted' });
});

it('refuses who waited too long and who is already aborted', async () => {
  const place = admission(20);
  await enter(place);
  expect(await place.enter(undefined)).toEqual({ kind: 'overloaded' });
  expect(await place.enter(AbortSignal.abort())).toEqual({ kind: 'aborted' });
});
