import {
  AlarmClock,
  ArrowRightLeft,
  Blocks,
  Bookmark,
  BookmarkPlus,
  Box,
  Braces,
  CalendarClock,
  Clock,
  Code,
  Database,
  FileText,
  FolderOpen,
  GitBranch,
  Globe,
  Hourglass,
  ListRestart,
  type LucideIcon,
  Mail,
  Repeat,
  Route,
  Save,
  Send,
  Shapes,
  Shuffle,
  Split,
  Timer,
  TimerReset,
  Variable,
  Webhook,
  Workflow,
  Zap,
} from 'lucide-react';
import type { BlockManifest } from '../api/types.ts';
import { classNames } from './class-names.ts';

const icons: Readonly<Record<string, LucideIcon>> = {
  'alarm-clock': AlarmClock,
  'arrow-right-left': ArrowRightLeft,
  blocks: Blocks,
  bookmark: Bookmark,
  'bookmark-plus': BookmarkPlus,
  box: Box,
  braces: Braces,
  'calendar-clock': CalendarClock,
  clock: Clock,
  code: Code,
  database: Database,
  'file-text': FileText,
  file: FileText,
  'folder-open': FolderOpen,
  'git-branch': GitBranch,
  globe: Globe,
  hourglass: Hourglass,
  'list-restart': ListRestart,
  mail: Mail,
  repeat: Repeat,
  route: Route,
  save: Save,
  send: Send,
  shapes: Shapes,
  shuffle: Shuffle,
  split: Split,
  timer: Timer,
  'timer-reset': TimerReset,
  variable: Variable,
  webhook: Webhook,
  workflow: Workflow,
  zap: Zap,
};

const byCategory: Readonly<Record<BlockManifest['category'], LucideIcon>> = {
  trigger: Zap,
  logic: GitBranch,
  data: Braces,
  network: Globe,
  storage: Database,
  code: Code,
  time: Clock,
};

/** Words for the categories, in palette order. */
export const categoryNames: Readonly<Record<BlockManifest['category'], string>> = {
  trigger: 'Triggers',
  logic: 'Logic',
  data: 'Data',
  network: 'Network',
  storage: 'Storage',
  code: 'Code',
  time: 'Time',
};

/** A block's icon in the tint of its category. */
export function BlockIcon({
  block,
  size = 'md',
}: {
  readonly block: BlockManifest | undefined;
  readonly size?: 'sm' | 'md';
}) {
  const name = block?.icon?.replace(/([a-z])([A-Z0-9])/g, '$1-$2').toLowerCase() ?? '';
  const Icon = icons[name] ?? (block ? byCategory[block.category] : Box) ?? Box;
  const tint = block ? `var(--tint-${block.category})` : 'var(--soft)';
  return (
    <span
      aria-hidden
      className={classNames(
        'grid shrink-0 place-items-center',
        size === 'md' ? 'size-9 rounded-lg' : 'size-7 rounded-md',
      )}
      style={{ color: tint, background: `color-mix(in srgb, ${tint} 13%, transparent)` }}
    >
      <Icon className={size === 'md' ? 'size-[18px]' : 'size-[15px]'} strokeWidth={1.9} />
    </span>
  );
}
