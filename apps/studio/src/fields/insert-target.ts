/** A text control that can take an expression at its cursor. */
export type InsertTarget = (text: string) => void;

let target: InsertTarget | undefined;

/** The control used last receives what the variable picker inserts. */
export function setInsertTarget(next: InsertTarget): void {
  target = next;
}

/** Forgets a control that goes away. */
export function clearInsertTarget(gone: InsertTarget): void {
  if (target === gone) target = undefined;
}

/** Inserts at the cursor of the control used last; false when there is none. */
export function insertText(text: string): boolean {
  target?.(text);
  return target !== undefined;
}
