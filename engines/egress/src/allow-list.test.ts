import { describe, expect, it } from 'vitest';
import { allowList } from './allow-list.ts';
import { parseIp } from './ip-address.ts';

describe('allowList', () => {
  it('opens a CIDR for every port', () => {
    const list = allowList(['10.0.0.0/8']);
    expect(list.allowsAddress(parseIp('10.9.8.7')!, 1)).toBe(true);
    expect(list.allowsAddress(parseIp('11.0.0.0')!, 1)).toBe(false);
  });

  it('opens only the named port when an entry has one', () => {
    const list = allowList([' 127.0.0.1:8080 ', '[::1]:8080', '[fd00::/8]:53', 'db.internal:5432']);
    expect(list.allowsAddress(parseIp('127.0.0.1')!, 8080)).toBe(true);
    expect(list.allowsAddress(parseIp('127.0.0.1')!, 8081)).toBe(false);
    expect(list.allowsAddress(parseIp('::1')!, 8080)).toBe(true);
    expect(list.allowsAddress(parseIp('fd12::1')!, 53)).toBe(true);
    expect(list.allowsHost('db.internal', 5432)).toBe(true);
    expect(list.allowsHost('db.internal', 80)).toBe(false);
  });

  it('opens an address of the other family for neither family', () => {
    expect(allowList(['0.0.0.0/0']).allowsAddress(parseIp('::ffff:127.0.0.1')!, 80)).toBe(false);
    expect(allowList(['::/0']).allowsAddress(parseIp('127.0.0.1')!, 80)).toBe(false);
  });

  it('compares host names without case and trailing dot, and never by suffix', () => {
    const list = allowList(['Db.Internal']);
    expect(list.allowsHost('DB.internal.', 80)).toBe(true);
    expect(list.allowsHost('evil-db.internal', 80)).toBe(false);
    expect(list.allowsHost('db.internal.evil.test', 80)).toBe(false);
  });

  it('matches any subdomain with a leading star, and not the domain itself', () => {
    const list = allowList(['*.example.com']);
    expect(list.allowsHost('a.b.example.com', 80)).toBe(true);
    expect(list.allowsHost('example.com', 80)).toBe(false);
    expect(list.allowsHost('notexample.com', 80)).toBe(false);
  });

  it('matches a literal address as host against a range', () => {
    expect(allowList(['::1']).allowsHost('::1', 80)).toBe(true);
    expect(allowList(['127.0.0.0/8']).allowsHost('127.0.0.9', 80)).toBe(true);
  });

  it.each([
    '',
    '*',
    '127.0.0.1/33',
    '::1/129',
    '10.0.0.0/x',
    'host:0',
    'host:70000',
    'a b',
    'http://x',
    '127.1',
    '300.1.1.1',
  ])('refuses the entry %j and says what an entry looks like', (entry) => {
    expect(() => allowList([entry])).toThrow(expect.objectContaining({ code: 'invalid_allow_entry' }));
  });
});
