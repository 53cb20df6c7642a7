/** How long a test waits for what must happen: far beyond what it takes, because machines differ. */
export const patient = { timeout: 20_000, interval: 20 };
