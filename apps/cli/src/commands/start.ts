import { type Command, Option } from 'commander';
import { contextOf, withExamples } from '../command-context.ts';
import { paint } from '../style.ts';

interface StartFlags {
  readonly host?: string;
  readonly port?: string;
  readonly publicUrl?: string;
  readonly filesDir?: string;
  readonly config?: string;
  readonly logLevel?: string;
}

/** `conv3n start`: the server in the foreground, until SIGINT or SIGTERM. */
export function addStartCommand(program: Command): void {
  const start = program
    .command('start')
    .description('start the server on this machine')
    .option('--host <host>', 'address to listen on (127.0.0.1)')
    .option('--port <port>', 'port to listen on (3000; 0 picks a free one)')
    .option('--public-url <url>', 'base of the URLs that are printed and shown')
    .option('--files-dir <dir>', 'root of file and database blocks (./files)')
    .option('--config <file>', 'configuration file (conv3n.yaml or conv3n.toml)')
    .addOption(new Option('--log-level <level>', 'least level to log').choices(['debug', 'info', 'warn', 'error']))
    .action(async (flags: StartFlags, command: Command) => {
      const { output, options } = contextOf(command);
      const { startServer } = await import('@conv3n/server');
      const server = await startServer({
        flags: {
          host: flags.host,
          port: flags.port,
          'public-url': flags.publicUrl,
          'data-dir': options.dataDir,
          'files-dir': flags.filesDir,
          'log-level': flags.logLevel,
        },
        ...(flags.config !== undefined && { file: flags.config }),
      });
      const { url, loginUrl, config } = server;
      output.result({ url, login_url: loginUrl, data_dir: config.dataDir, pid: process.pid }, () =>
        [
          '',
          `  ${paint('bold', 'CONV3N')} is ready.`,
          '',
          `  Studio   ${paint('cyan', loginUrl)}`,
          `  ${paint('dim', 'signs this browser in, once, within 10 minutes; `conv3n login-url` prints another')}`,
          `  API      ${url}/docs`,
          `  Data     ${config.dataDir}`,
          `  Process  ${process.pid}`,
          ...(config.flush === 'relaxed' ? ['  Flush    relaxed: a power loss may take the last moments'] : []),
          `  ${paint('dim', 'Ctrl+C stops; running executions go on at the next start')}`,
          '',
        ].join('\n'),
      );
      await server.ended;
    });
  withExamples(
    start,
    'conv3n start',
    'conv3n start --port 8080 --data-dir /var/lib/conv3n',
    'CONV3N_EGRESS_ALLOW=10.0.0.5 conv3n start --log-level warn',
  );
}
