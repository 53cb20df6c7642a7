import { Type } from '@conv3n/platform';
import { type BlockManifest, defineBlock } from '@conv3n/workflow';
import { closed, field } from './field.ts';

/** Config after its expressions were evaluated. */
export interface ConditionConfig {
  readonly if?: unknown;
  readonly cases?: readonly { readonly when: unknown; readonly port: string }[];
}

const condition = Type.Object(
  {
    when: Type.Unknown(
      field('When', 'An expression; the first one that is truthy decides.', {
        mode: 'expression',
        placeholder: '$input.default.total > 100',
      }),
    ),
    port: Type.String({
      ...field('Port', 'The output the data leaves by.', { mode: 'raw', placeholder: 'big' }),
      pattern: '^[A-Za-z_][A-Za-z0-9_-]{0,63}$',
    }),
  },
  { ...closed, ...field('Case', 'A condition and the output it opens.') },
);

const config = Type.Object(
  {
    if: Type.Optional(
      Type.Unknown(
        field('If', 'An expression; truthy leaves by true, anything else by false.', {
          mode: 'expression',
          placeholder: '$input.default.total > 100',
        }),
      ),
    ),
    cases: Type.Optional(
      Type.Array(condition, {
        ...field('Cases', 'Several conditions instead of one; without a match the data leaves by else.', {
          widget: 'cases',
        }),
        minItems: 1,
        maxItems: 64,
      }),
    ),
  },
  { ...closed, minProperties: 1, maxProperties: 1 },
);

/** Manifest of `std/condition`. */
export const conditionManifest: BlockManifest = {
  type: 'std/condition',
  title: 'Condition',
  description: 'Sends the data on by the first output whose condition holds.',
  category: 'logic',
  icon: 'git-branch',
  config,
  ports: { fixed: ['true', 'false'], fromConfig: '/cases/-/port', also: ['else'] },
  effect: { otherwise: 'pure' },
  example: { if: '{{ $node.total.data.total > 100 }}' },
};

/** `std/condition`: pure, synchronous; `$input.default` passes through. */
export const conditionBlock = defineBlock<ConditionConfig>({
  manifest: conditionManifest,
  run({ config, input }) {
    const data = input['default'] ?? null;
    if (config.cases === undefined) return { kind: 'succeeded', data, port: config.if ? 'true' : 'false' };
    for (const { when, port } of config.cases) {
      if (when) return { kind: 'succeeded', data, port };
    }
    return { kind: 'succeeded', data, port: 'else' };
  },
});
