import { ApiClient } from './api-client.ts';
import { type ServerOptions, ServerProcess } from './server-process.ts';

/** Starts a server and waits until it takes requests. */
export async function runningServer(
  options: ServerOptions,
): Promise<{ readonly server: ServerProcess; readonly api: ApiClient }> {
  const server = new ServerProcess(options);
  return { server, api: new ApiClient(await server.ready()) };
}
