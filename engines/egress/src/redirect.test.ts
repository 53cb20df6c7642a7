import { describe, expect, it } from 'vitest';
import { type Hop, isRedirect, nextHop } from './redirect.ts';

const post: Hop = {
  url: new URL('https://a.test/x'),
  method: 'POST',
  headers: { authorization: 'Bearer t', cookie: 'c', 'x-key': 'k', 'content-type': 'text/plain', accept: '*/*' },
  body: new Uint8Array([1]),
};
const response = (status: number, location: string) => ({ status, headers: { location }, body: new Uint8Array() });

describe('redirect', () => {
  it('turns 301, 302 and 303 after POST into GET without body or content headers', () => {
    for (const status of [301, 302, 303]) {
      const next = nextHop(post, response(status, '/y'), new Set());
      expect(next).toMatchObject({ method: 'GET', body: undefined });
      expect(next.url.href).toBe('https://a.test/y');
      expect(next.headers).not.toHaveProperty('content-type');
      expect(next.headers).toHaveProperty('authorization');
    }
  });

  it('keeps method and body for 307 and 308, and PUT for 301', () => {
    for (const status of [307, 308]) {
      expect(nextHop(post, response(status, '/y'), new Set())).toMatchObject({ method: 'POST', body: post.body });
    }
    expect(nextHop({ ...post, method: 'PUT' }, response(301, '/y'), new Set())).toMatchObject({ method: 'PUT' });
    expect(nextHop({ ...post, method: 'HEAD' }, response(303, '/y'), new Set())).toMatchObject({ method: 'HEAD' });
  });

  it.each(['https://b.test/', 'http://a.test/', 'https://a.test:444/', '//b.test/y'])(
    'drops credentials on the way to %s',
    (location) => {
      expect(nextHop(post, response(307, location), new Set(['x-key'])).headers).toEqual({
        'content-type': 'text/plain',
        accept: '*/*',
      });
    },
  );

  it('refuses a location that is not a URL', () => {
    expect(() => nextHop(post, response(302, 'http://[bad'), new Set())).toThrow(
      expect.objectContaining({ code: 'response_invalid' }),
    );
  });

  it('does not take a status without location, or 304, for a redirect', () => {
    expect(isRedirect({ status: 302, headers: {}, body: new Uint8Array() })).toBe(false);
    expect(isRedirect(response(304, '/y'))).toBe(false);
  });
});
