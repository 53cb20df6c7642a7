import { describe, expect, it } from 'vitest';
import { errorCatalogue } from './error-catalogue.ts';

describe('the error catalogue', () => {
  it('gives every code one meaning across all packages', () => {
    const rows = errorCatalogue();
    expect(new Set(rows.map((row) => row.code)).size).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(150);
  });

  it('says of every code what it means', () => {
    for (const row of errorCatalogue()) {
      expect(row.code).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
      expect(row.description.length, row.code).toBeGreaterThan(15);
    }
  });
});
