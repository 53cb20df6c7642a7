interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor?: string;
}

const mostPages = 100;

/** Every item of a list, page after page; at most a hundred pages, then `next_cursor` tells that there is more. */
export async function allPages<Item>(
  fetchPage: (page: { readonly limit: number; readonly cursor?: string }) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let count = 0; count < mostPages; count += 1) {
    const page = await fetchPage({ limit: 200, ...(cursor !== undefined && { cursor }) });
    items.push(...page.items);
    cursor = page.next_cursor;
    if (cursor === undefined) return { items };
  }
  return { items, ...(cursor !== undefined && { next_cursor: cursor }) };
}
