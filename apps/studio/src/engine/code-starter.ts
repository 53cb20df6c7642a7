/** What a new code node starts with; the types are those of {@link codeDeclarations}, so the code editor completes `ctx`. */
export const codeStarter = `export default (input: CodeInput, ctx: CodeContext) => {
  return { ...input.default };
};
`;

/** What custom code sees, declared for the code editor only: types are stripped before code runs. */
export const codeDeclarations = `
/** Data by input port. */
interface CodeInput {
  default: any;
  [port: string]: any;
}
/** The roots of expressions, without the dollar sign. */
interface CodeContext {
  node: Record<string, { data: any; port: string | null; error: any; attempts: number }>;
  trigger: any;
  vars: Record<string, any>;
  env: Record<string, string>;
  execution: { id: string };
  workflow: { id: string | null; name: string; version: number | null };
  item?: any;
  index?: number;
}
`;
