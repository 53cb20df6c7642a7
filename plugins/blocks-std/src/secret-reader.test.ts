import { testPlatform } from '@conv3n/platform/testing';
import { describe, expect, it } from 'vitest';
import { secretReader } from './secret-reader.ts';

const { context } = testPlatform();
const stored: Record<string, string> = { token: 't0ken-value', user: 'ada' };

function reader() {
  const asked: string[] = [];
  const resolve = async (name: string) => {
    asked.push(name);
    return stored[name] as string;
  };
  return { ...secretReader(resolve, context()), asked };
}

describe('secretReader', () => {
  it('replaces references wherever they stand and leaves the rest alone', async () => {
    const { reveal } = reader();
    const value = { a: { $secret: 'token' }, b: [1, { $secret: 'user' }], c: 'plain' };
    expect(await reveal(value)).toEqual({ a: 't0ken-value', b: [1, 'ada'], c: 'plain' });
  });

  it('joins a text with secrets inside', async () => {
    const { reveal, holds } = reader();
    const value = { $secret_text: ['Basic ', { $secret: 'user' }, ':', { $secret: 'token' }] };
    expect(holds({ header: value })).toBe(true);
    expect(await reveal(value)).toBe('Basic ada:t0ken-value');
  });

  it('takes an object with more than the one key for data', async () => {
    const { reveal, asked } = reader();
    const value = { $secret: 'token', more: 1 };
    expect(await reveal(value)).toEqual(value);
    expect(asked).toEqual([]);
  });

  it('scrubs everything it revealed, also inside longer text', async () => {
    const { reveal, scrub } = reader();
    await reveal({ $secret_text: ['Bearer ', { $secret: 'token' }] });
    expect(JSON.stringify(scrub({ echoed: 'you sent Bearer t0ken-value' }))).not.toContain('t0ken-value');
  });
});
