import { describe, expect, it } from 'vitest';
import { allowList } from './allow-list.ts';
import { checkUrl, firstHop } from './request.ts';

const invalid = expect.objectContaining({ code: 'invalid_request', details: { beforeEffect: true } });

describe('request', () => {
  it('writes headers in lower case and standard methods in upper case', () => {
    const { hop } = firstHop({ url: 'http://a.test/p?q=1', method: 'post', headers: { 'X-A': '1' }, body: 'é' });
    expect(hop.method).toBe('POST');
    expect(hop.headers).toMatchObject({ 'x-a': '1', 'accept-encoding': expect.stringContaining('gzip') });
    expect(hop.body).toEqual(new Uint8Array([0xc3, 0xa9]));
  });

  it.each([
    { url: 'nope' },
    { url: '/relative' },
    { url: 'http://a.test', method: 'CONNECT' },
    { url: 'http://a.test', method: 'TRACE' },
    { url: 'http://a.test', method: 'GET /x' },
    { url: 'http://a.test', headers: { Host: 'b.test' } },
    { url: 'http://a.test', headers: { 'Transfer-Encoding': 'chunked' } },
    { url: 'http://a.test', headers: { 'a b': '1' } },
  ])('refuses %j before anything is sent', (request) => {
    expect(() => firstHop(request)).toThrow(invalid);
  });

  it.each(['ftp://a.test/', 'file:///etc/passwd', 'data:,x', 'http://user:pw@a.test/', 'http://user@a.test/'])(
    'refuses the URL %s',
    (url) => {
      expect(() => checkUrl(new URL(url), undefined)).toThrow(invalid);
    },
  );

  it('lets only narrowed hosts through, by name, literal address and default port', () => {
    const narrowing = allowList(['api.test:443', '[::1]:80', '*.ok.test']);
    for (const url of ['https://api.test/', 'http://[::1]/', 'http://x.ok.test:9/']) {
      expect(() => checkUrl(new URL(url), narrowing)).not.toThrow();
    }
    for (const url of ['http://api.test/', 'https://other.test/', 'http://[::2]/']) {
      expect(() => checkUrl(new URL(url), narrowing)).toThrow(expect.objectContaining({ code: 'egress_denied' }));
    }
    expect(() => checkUrl(new URL('http://a.test/'), allowList([]))).toThrow(/none/);
  });
});
