/** Child process: runs user code without packages and files in QuickJS realms. */
import { openChannel } from './channel.ts';
import { QuickJsInstances } from './quickjs-instances.ts';
import { QuickJsRun } from './quickjs-run.ts';

const instances = await QuickJsInstances.load();
process.permission.drop('fs');
const runs = new Map<number, QuickJsRun>();

const channel = openChannel({
  async call(frame) {
    const version = String(frame.head['version']);
    const realm = await instances.take(version, Number(frame.head['memoryBytes']));
    const run = new QuickJsRun(frame, realm, channel, (reusable) => {
      runs.delete(frame.id);
      if (reusable) instances.giveBack(version, realm);
    });
    runs.set(frame.id, run);
    run.begin();
  },
  cancel: (id) => runs.get(id)?.cancel(),
  reply: (frame) => runs.get(frame.id)?.reply(frame),
});
