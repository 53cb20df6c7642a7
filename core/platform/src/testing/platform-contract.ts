import { describe, expect, it } from 'vitest';
import type { Platform } from '../ports.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A binding under test, with the way to let `ms` of its time pass. */
export interface PlatformUnderTest {
  readonly platform: Platform;
  pass(ms: number): Promise<void>;
}

/** What every binding of the platform ports guarantees. */
export function platformContract(name: string, make: () => PlatformUnderTest): void {
  describe(`${name} as a platform`, () => {
    it('keeps the monotonic clock from going back and moves both clocks with time', async () => {
      const { platform, pass } = make();
      const [wall, monotonic] = [platform.clock.now(), platform.clock.monotonic()];
      await pass(20);
      expect(platform.clock.now()).toBeGreaterThan(wall);
      expect(platform.clock.monotonic()).toBeGreaterThan(monotonic);
    });

    it('runs timers in the order of their delays and each exactly once', async () => {
      const { platform, pass } = make();
      const ran: string[] = [];
      platform.timers.after(15, () => ran.push('late'));
      platform.timers.after(1, () => ran.push('early'));
      await pass(40);
      await pass(40);
      expect(ran).toEqual(['early', 'late']);
    });

    it('never runs a disposed timer and accepts a second disposal', async () => {
      const { platform, pass } = make();
      let ran = false;
      const dispose = platform.timers.after(5, () => {
        ran = true;
      });
      dispose();
      dispose();
      await pass(30);
      expect(ran).toBe(false);
    });

    it('does not fire a timer of forty days early', async () => {
      const { platform, pass } = make();
      let ran = false;
      const dispose = platform.timers.after(40 * 86_400_000, () => {
        ran = true;
      });
      await pass(20);
      dispose();
      expect(ran).toBe(false);
    });

    it('draws as many random bytes as asked and different ones each time', () => {
      const { random } = make().platform;
      expect(random.bytes(0)).toHaveLength(0);
      expect(random.bytes(33)).toHaveLength(33);
      expect(hex(random.bytes(16))).not.toBe(hex(random.bytes(16)));
    });

    it('makes UUIDv7 ids that sort in the order of their making', () => {
      const { ids } = make().platform;
      const made = Array.from({ length: 10_000 }, () => ids.next());
      for (const id of made)
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect([...made].sort()).toEqual(made);
      expect(new Set(made).size).toBe(made.length);
    });

    it('digests the published test vectors', () => {
      const { crypto } = make().platform;
      expect(hex(crypto.sha256('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
      expect(hex(crypto.sha256(''))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
      expect(hex(crypto.sha256(new Uint8Array(1_000).fill(97)))).toBe(
        '41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3',
      );
      expect(hex(crypto.hmacSha256('Jefe', 'what do ya want for nothing?'))).toBe(
        '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
      );
      expect(
        hex(
          crypto.hmacSha256(
            new Uint8Array(131).fill(0xaa),
            bytes('Test Using Larger Than Block-Size Key - Hash Key First'),
          ),
        ),
      ).toBe('60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54');
    });

    it('compares bytes by content and refuses different lengths', () => {
      const { crypto } = make().platform;
      expect(crypto.equal(bytes('same'), bytes('same'))).toBe(true);
      expect(crypto.equal(bytes('same'), bytes('sane'))).toBe(false);
      expect(crypto.equal(bytes('same'), bytes('same and more'))).toBe(false);
    });

    it('opens what it sealed, with a fresh nonce each time and no plain text inside', () => {
      const { crypto } = make().platform;
      const key = new Uint8Array(32).fill(7);
      const sealed = crypto.seal(key, bytes('the plain text of a secret'), 'secret:a');
      expect(sealed).toHaveLength(12 + 26 + 16);
      expect(text(crypto.open(key, sealed, 'secret:a'))).toBe('the plain text of a secret');
      expect(hex(sealed)).not.toContain(hex(bytes('plain text')));
      expect(hex(crypto.seal(key, bytes('x'), 'c'))).not.toBe(hex(crypto.seal(key, bytes('x'), 'c')));
      expect(crypto.open(key, crypto.seal(key, new Uint8Array(0), ''), '')).toHaveLength(0);
    });

    it('refuses a wrong key, a wrong context, any flipped byte and a short input', () => {
      const { crypto } = make().platform;
      const key = new Uint8Array(32).fill(7);
      const sealed = crypto.seal(key, bytes('hello'), 'a');
      const refused = expect.objectContaining({ code: 'decryption_failed' });
      expect(() => crypto.open(new Uint8Array(32), sealed, 'a')).toThrow(refused);
      expect(() => crypto.open(key, sealed, 'b')).toThrow(refused);
      expect(() => crypto.open(key, sealed.subarray(0, 20), 'a')).toThrow(refused);
      for (let index = 0; index < sealed.length; index += 1) {
        const damaged = Uint8Array.from(sealed);
        damaged[index] = (damaged[index] as number) ^ 1;
        expect(() => crypto.open(key, damaged, 'a')).toThrow(refused);
      }
    });
  });
}
