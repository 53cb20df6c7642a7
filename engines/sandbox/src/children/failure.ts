/** A failure as a child reports it; the parent checks the code and adds kind and retryability. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What user code threw, read without trust. */
export interface ThrownError {
  readonly name?: string;
  readonly message?: string;
  readonly stack?: string;
  readonly thrown?: string;
  readonly isNull?: boolean;
}

const place = /workflow-code(?:\.mjs)?:(\d+)(?::(\d+))?/;
const maxFrames = 20;

/** The failure of a thrown value; its stack names only lines of the user's code. */
export function failureOf(error: ThrownError): Failure {
  if (error.thrown !== undefined) {
    const hint = error.isNull ? ' That also happens when memory ends.' : '';
    return { code: 'code_error', message: `The code threw ${error.thrown} instead of an Error.${hint}` };
  }
  const name = error.name ?? 'Error';
  const message = error.message ?? '';
  const frames = (error.stack ?? '').split('\n').filter((line) => place.test(line));
  const position = place.exec(frames[0] ?? '');
  const stack = frames.slice(0, maxFrames).map((line) => line.trim().replaceAll(/file:\S*\/(?=workflow-code)/g, ''));
  return {
    code: codeOf(name, message, error.stack ?? ''),
    message: message === '' ? name : `${name}: ${message}`,
    details: {
      name,
      ...(position && { line: Number(position[1]) }),
      ...(position?.[2] !== undefined && { column: Number(position[2]) }),
      ...(stack.length > 0 && { stack }),
    },
  };
}

function codeOf(name: string, message: string, stack: string): string {
  if (name === 'ImportRefused') return 'code_import_refused';
  if (name === 'InternalError' && message.includes('out of memory')) return 'code_out_of_memory';
  if (message.includes('stack overflow') || message.includes('Maximum call stack size')) return 'code_stack_overflow';
  if (name === 'SyntaxError' && /^\s*at workflow-code:\d/.test(stack)) return 'code_syntax_error';
  return 'code_error';
}
