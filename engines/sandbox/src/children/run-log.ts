/** A line that user code wrote with `console`. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
}

const maxLines = 200;
const maxCharacters = 65_536;

/** The console lines of one run, bounded; what does not fit is counted. */
export class RunLog {
  readonly lines: LogLine[] = [];
  dropped = 0;
  private characters = 0;

  add(level: string, message: string): void {
    if (this.lines.length >= maxLines || this.characters + message.length > maxCharacters) {
      this.dropped += 1;
      return;
    }
    this.characters += message.length;
    this.lines.push({ level, message });
  }
}
