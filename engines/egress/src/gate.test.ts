import { describe, expect, it } from 'vitest';
import { allowList } from './allow-list.ts';
import { createGate } from './gate.ts';

const resolving =
  (...addresses: string[]) =>
  async () =>
    addresses;

describe('gate', () => {
  it('answers every address of a public name', async () => {
    const gate = createGate(allowList([]), resolving('8.8.8.8', '2606:4700::1111'));
    expect(await gate.addresses('example.com', 443)).toEqual(['8.8.8.8', '2606:4700::1111']);
  });

  it('refuses a name when any of its addresses is special, naming all of them and the setting that opens them', async () => {
    const gate = createGate(allowList([]), resolving('8.8.8.8', '::1', '10.0.0.1'));
    await expect(gate.addresses('mixed.test', 8080)).rejects.toMatchObject({
      code: 'egress_denied',
      message:
        'The addresses ::1, 10.0.0.1 of mixed.test may not be reached (loopback, private). To allow it, start the server with CONV3N_EGRESS_ALLOW=[::1]:8080,10.0.0.1:8080',
      details: { beforeEffect: true },
    });
  });

  it('refuses a special literal address and says exactly how to allow it', async () => {
    const gate = createGate(allowList([]), resolving());
    await expect(gate.addresses('127.0.0.1', 8080)).rejects.toMatchObject({
      message: expect.stringMatching(/CONV3N_EGRESS_ALLOW=127\.0\.0\.1:8080$/),
    });
    await expect(gate.addresses('[::ffff:7f00:1]', 80)).rejects.toMatchObject({ code: 'egress_denied' });
  });

  it('opens what the allow-list names by address or by host', async () => {
    const byAddress = createGate(allowList(['10.0.0.0/8']), resolving('10.0.0.1'));
    expect(await byAddress.addresses('db.internal', 5432)).toEqual(['10.0.0.1']);
    const byHost = createGate(allowList(['db.internal:5432']), resolving('10.0.0.1'));
    expect(await byHost.addresses('db.internal', 5432)).toEqual(['10.0.0.1']);
    await expect(byHost.addresses('db.internal', 80)).rejects.toMatchObject({ code: 'egress_denied' });
    await expect(byHost.addresses('other.internal', 5432)).rejects.toMatchObject({ code: 'egress_denied' });
  });

  it('refuses an address it cannot read', async () => {
    const gate = createGate(allowList([]), resolving('0177.0.0.1'));
    await expect(gate.addresses('odd.test', 80)).rejects.toMatchObject({ code: 'egress_denied' });
  });

  it('reports a name without address as dns_failed before any effect', async () => {
    const none = createGate(allowList([]), resolving());
    await expect(none.addresses('none.test', 80)).rejects.toMatchObject({ code: 'dns_failed' });
    const broken = createGate(allowList([]), async () => {
      throw new Error('ENOTFOUND');
    });
    await expect(broken.addresses('gone.test', 80)).rejects.toMatchObject({
      code: 'dns_failed',
      details: { beforeEffect: true },
    });
  });
});
