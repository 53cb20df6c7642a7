/** The event stream of an execution, as the executor names it. */
export function executionStream(id: string): string {
  return `execution-${id}`;
}
