import { client } from './api/client.ts';

/** Trades the one-time token of the address's fragment for a session and removes it from the address. */
export async function exchangeToken(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return;
  history.replaceState(null, '', location.pathname + location.search);
  await client.auth.exchange({ token });
}
