// What an expression costs, compiled once: node --conditions=source bench/micro/expression.mjs
import { compileExpression, compileTemplate, compileValue } from '@conv3n/expression';
import { measure } from './measure.mjs';

const scope = {
  roots: {
    $trigger: { body: { name: 'Ada', amount: 150 } },
    $node: { fields: { data: { total: 180 } } },
    $input: { default: Array.from({ length: 1000 }, (_, index) => ({ id: index, v: index * 2 })) },
  },
  now: 1_767_323_045_678,
  random: () => 0.5,
};

const comparison = compileExpression('$node.fields.data.total > 100');
const template = compileTemplate('Hello {{ $trigger.body.name }}, {{ $trigger.body.amount * 1.2 }}');
const config = compileValue({
  name: '{{ $trigger.body.name }}',
  total: '{{ $trigger.body.amount * 1.2 }}',
  note: 'plain',
});
const list = compileExpression('$input.default.map(item => item.v + 1)');

await measure('path and comparison', () => comparison.evaluate(scope));
await measure('template with two expressions', () => template.evaluate(scope));
await measure('config of three fields', () => config.evaluate(scope));
await measure('elements of a map over 1,000', () => list.evaluate(scope), { batch: 1000 });
await measure('compiling a comparison', () => compileExpression('$node.fields.data.total > 100'));
