import { expect, it } from 'vitest';
import { allPages } from './pages.ts';

it('reads page after page until there is no next one', async () => {
  const asked: unknown[] = [];
  const found = await allPages(async (page) => {
    asked.push(page);
    return asked.length < 3 ? { items: [asked.length], next_cursor: `c${asked.length}` } : { items: [3] };
  });
  expect(found).toEqual({ items: [1, 2, 3] });
  expect(asked).toEqual([{ limit: 200 }, { limit: 200, cursor: 'c1' }, { limit: 200, cursor: 'c2' }]);
});

it('stops after a hundred pages and says that there is more', async () => {
  const found = await allPages(async () => ({ items: [1], next_cursor: 'again' }));
  expect(found).toEqual({ items: Array(100).fill(1), next_cursor: 'again' });
});
