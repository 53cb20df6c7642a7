/** Where a command writes: one document as JSON with `--json`, else text for people. Progress and errors go to stderr. */
export interface Output {
  readonly json: boolean;
  /** The result. With `--json` the value, else the text. */
  result(value: unknown, text: () => string): void;
  /** A line of a stream. With `--json` one JSON document a line, else the text. */
  line(value: unknown, text: () => string): void;
  /** Progress or a remark for people, on stderr; nothing with `--json`. */
  note(text: string): void;
}

export function createOutput(json: boolean): Output {
  const print = (text: string) => process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  return {
    json,
    result: (value, text) => print(json ? JSON.stringify(value, null, 2) : text()),
    line: (value, text) => print(json ? JSON.stringify(value) : text()),
    note: (text) => {
      if (!json) process.stderr.write(`${text}\n`);
    },
  };
}
