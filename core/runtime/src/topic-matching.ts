import { runtimeErrors } from './errors.ts';

const longestTopic = 256;

function segmentsOf(topic: string): readonly string[] {
  const segments = topic.split('.');
  if (topic.length > longestTopic || segments.some((segment) => segment === '')) {
    throw runtimeErrors.error(
      'invalid_topic',
      `"${topic.slice(0, longestTopic)}" is not a topic. Use up to ${longestTopic} characters in non-empty segments between dots.`,
    );
  }
  return segments;
}

/** Checks the type of an event: a topic without wildcards. @throws Conv3nError `invalid_topic` */
export function checkEventType(type: string): void {
  if (segmentsOf(type).some((segment) => segment.includes('*'))) {
    throw runtimeErrors.error('invalid_topic', `The event type "${type}" holds a wildcard. Emit one exact type.`);
  }
}

/**
 * Compiles a topic: `*` stands for exactly one segment, a last `**` for one or more.
 * @throws Conv3nError `invalid_topic`
 */
export function compileTopic(topic: string): (type: string) => boolean {
  const segments = segmentsOf(topic);
  const rest = segments.at(-1) === '**';
  const fixed = rest ? segments.slice(0, -1) : segments;
  if (fixed.some((segment) => segment.includes('*') && segment !== '*')) {
    throw runtimeErrors.error(
      'invalid_topic',
      `In the topic "${topic}" a segment is either a word, "*", or a last "**".`,
    );
  }
  if (!topic.includes('*')) return (type) => type === topic;
  return (type) => {
    const parts = type.split('.');
    if (rest ? parts.length <= fixed.length : parts.length !== fixed.length) return false;
    return fixed.every((segment, index) => segment === '*' || segment === parts[index]);
  };
}
