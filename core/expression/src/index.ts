export type { Reference } from './compile/compilation.ts';
export { type ExpressionErrorCode, expressionErrors } from './errors.ts';
export { type CompiledExpression, type CompileOptions, compileExpression, standardRoots } from './expression.ts';
export type { Scope } from './frame.ts';
export { type Budget, createBudget, defaultLimits, type Limits, resolveLimits } from './limits.ts';
export {
  type CompiledTemplate,
  compileTemplate,
  escapeTemplate,
  parseTemplate,
  type Template,
  type TemplatePart,
} from './template.ts';
export { type CompiledValue, compileValue, type ValueReference } from './value.ts';
