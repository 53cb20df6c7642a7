import { ChevronRight, Sigma } from 'lucide-react';
import { useId, useState } from 'react';
import type { BlockManifest } from '../api/types.ts';
import { IconButton } from '../components/Button.tsx';
import { classNames } from '../components/class-names.ts';
import { SelectInput } from '../components/SelectInput.tsx';
import { type ConfigField, configFields, isExclusive } from '../engine/config-fields.ts';
import { fieldProblems, type PlacedProblem } from '../engine/problems.ts';
import { CasesField } from './CasesField.tsx';
import { BooleanField, SelectField } from './ChoiceField.tsx';
import { CodeField } from './CodeField.tsx';
import { CronField } from './CronField.tsx';
import { DurationField } from './DurationField.tsx';
import { asText, type FieldProps } from './field-props.ts';
import { GraphField } from './GraphField.tsx';
import { JsonField } from './JsonField.tsx';
import { KeyValueField } from './KeyValueField.tsx';
import { ListField } from './ListField.tsx';
import { NumberField } from './NumberField.tsx';
import { SecretField } from './SecretField.tsx';
import { TemplateInput } from './TemplateInput.tsx';
import { TextField } from './TextField.tsx';

function Control(props: FieldProps) {
  const { field, value } = props;
  const structured =
    field.kind === 'keyvalue' || field.kind === 'list' || field.kind === 'cases' || field.kind === 'json';
  if (structured && typeof value === 'string' && value !== '') {
    return (
      <TemplateInput
        id={props.id}
        value={value}
        invalid={props.invalid}
        onChange={(next) => props.onChange(next === '' ? undefined : next)}
      />
    );
  }
  switch (field.kind) {
    case 'text':
    case 'multiline':
      return <TextField {...props} />;
    case 'secret':
      return <SecretField {...props} />;
    case 'number':
      return <NumberField {...props} />;
    case 'boolean':
      return <BooleanField {...props} />;
    case 'select':
      return <SelectField {...props} />;
    case 'keyvalue':
      return <KeyValueField {...props} />;
    case 'list':
      return <ListField {...props} />;
    case 'cases':
      return <CasesField {...props} />;
    case 'duration':
      return <DurationField {...props} placeholder={field.annotation.placeholder ?? asText(field.fallback)} />;
    case 'cron':
      return <CronField {...props} />;
    case 'code':
      return <CodeField {...props} />;
    case 'json':
      return <JsonField {...props} />;
    case 'graph':
      return <GraphField />;
  }
}

/** Kinds that offer to be replaced by an expression. */
const computable = new Set<ConfigField['kind']>([
  'number',
  'boolean',
  'select',
  'json',
  'keyvalue',
  'list',
  'duration',
]);

function FormField(props: {
  readonly node: string;
  readonly field: ConfigField;
  readonly value: unknown;
  readonly problems: readonly PlacedProblem[];
  readonly onChange: (value: unknown) => void;
}) {
  const { node, field, value, onChange } = props;
  const id = useId();
  const problems = fieldProblems(props.problems, node, `config.${field.name}`);
  const computed = typeof value === 'string' && value.includes('{{');
  return (
    <div className="group/field grid gap-1.5" data-field={field.name}>
      <div className="flex h-5 items-center gap-1.5">
        <label htmlFor={id} className="text-xs font-medium text-body">
          {field.title}
        </label>
        {field.required && <span className="text-2xs text-faint">required</span>}
        <span className="flex-1" />
        {computable.has(field.kind) && field.annotation.mode !== 'raw' && (
          <IconButton
            size="sm"
            label={computed ? 'Use a fixed value' : 'Use an expression'}
            active={computed}
            className={classNames(
              'size-5!',
              !computed && 'opacity-0 group-focus-within/field:opacity-100 group-hover/field:opacity-100',
            )}
            onClick={() =>
              onChange(
                computed
                  ? undefined
                  : `{{ ${value === undefined ? '$input.default' : typeof value === 'string' ? JSON.stringify(value) : asText(value)} }}`,
              )
            }
          >
            <Sigma aria-hidden />
          </IconButton>
        )}
      </div>
      <Control id={id} field={field} value={value} onChange={onChange} invalid={problems.length > 0} />
      {problems.map((problem) => (
        <p key={problem.path + problem.code} role="alert" className="text-xs text-bad">
          {problem.message}
          {problem.suggestion && <span className="text-soft"> {problem.suggestion}</span>}
        </p>
      ))}
      {field.description && problems.length === 0 && <p className="text-xs text-faint">{field.description}</p>}
    </div>
  );
}

/** The form of a node's config, made from its block's schema. Rare fields wait under "More options"; unknown ones are kept. */
export function ConfigForm(props: {
  readonly node: string;
  readonly block: BlockManifest;
  readonly config: Readonly<Record<string, unknown>>;
  readonly problems: readonly PlacedProblem[];
  readonly onChange: (field: string, value: unknown) => void;
}) {
  const all = configFields(props.block);
  const exclusive = isExclusive(props.block) && all.length > 1;
  const [wanted, setWanted] = useState<string>();
  const one =
    all.find((field) => field.name === wanted) ?? all.find((field) => props.config[field.name] !== undefined) ?? all[0];
  const fields = exclusive && one ? [one] : all;
  const advanced = fields.filter((field) => field.annotation.advanced === true);
  const plain = fields.filter((field) => field.annotation.advanced !== true);
  const used = advanced.filter((field) => props.config[field.name] !== undefined).length;
  const [more, setMore] = useState(false);
  const render = (field: ConfigField) => (
    <FormField
      key={field.name}
      node={props.node}
      field={field}
      value={props.config[field.name]}
      problems={props.problems}
      onChange={(value) => props.onChange(field.name, value)}
    />
  );
  if (fields.length === 0) return <p className="text-sm text-soft">This block has nothing to configure.</p>;
  return (
    <div className="grid gap-4">
      {exclusive && one && (
        <SelectInput
          label="Which field"
          value={one.name}
          choices={all.map((field) => ({ value: field.name, label: field.title }))}
          onChange={(name) => {
            setWanted(name);
            for (const field of all)
              if (field.name !== name && props.config[field.name] !== undefined) props.onChange(field.name, undefined);
          }}
        />
      )}
      {plain.map(render)}
      {advanced.length > 0 && (
        <div className="grid gap-4 border-t border-line pt-3">
          <button
            type="button"
            aria-expanded={more}
            onClick={() => setMore(!more)}
            className="flex items-center gap-1 text-xs font-medium text-soft hover:text-strong"
          >
            <ChevronRight className={classNames('size-3.5 transition-transform', more && 'rotate-90')} aria-hidden />
            More options
            {used > 0 && <span className="text-faint">{used} set</span>}
          </button>
          {more && advanced.map(render)}
        </div>
      )}
    </div>
  );
}
