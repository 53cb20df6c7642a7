export { escapeCorpus, escapeScope } from './escape-corpus.ts';
export type { EscapeAttempt } from './escapes/attempt.ts';
