// The service that Restate calls: steps as `ctx.run`, each journaled by the server before the next begins.
// Copied beside the installed SDK and started with the port as its argument.
import * as restate from '@restatedev/restate-sdk';

const shapes = restate.service({
  name: 'shapes',
  handlers: {
    steps: async (ctx, { count, n }) => {
      let value = n;
      for (let index = 0; index < count; index++) {
        const before = value;
        value = await ctx.run(`step ${index}`, () => before + 1);
      }
      return { n: value };
    },
    copy: async (ctx, { text }) => ctx.run('copy', () => ({ text })),
    external: async (ctx, { count, url }) => {
      let n = 0;
      for (let index = 0; index < count; index++) {
        n += await ctx.run(`post ${index}`, async () => {
          const response = await fetch(url, {
            method: 'POST',
            body: '{}',
            headers: { 'content-type': 'application/json' },
          });
          if (!response.ok) throw new Error(`status ${response.status}`);
          return (await response.json()).ok ? 1 : 0;
        });
      }
      return { n };
    },
  },
});

restate.serve({ services: [shapes], port: Number(process.argv[2]) });
