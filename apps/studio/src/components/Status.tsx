import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleHelp,
  CircleX,
  Clock,
  Hourglass,
  LoaderCircle,
  type LucideIcon,
  SkipForward,
  TimerOff,
  Undo2,
} from 'lucide-react';
import type { ExecutionStatus, StepStatus } from '../api/types.ts';
import { classNames } from './class-names.ts';

interface Look {
  readonly word: string;
  readonly icon: LucideIcon;
  readonly color: string;
}

const looks: Readonly<Record<ExecutionStatus | StepStatus, Look>> = {
  queued: { word: 'Queued', icon: Clock, color: 'text-soft' },
  pending: { word: 'Pending', icon: CircleDashed, color: 'text-faint' },
  ready: { word: 'Ready', icon: CircleDot, color: 'text-soft' },
  running: { word: 'Running', icon: LoaderCircle, color: 'text-run' },
  waiting: { word: 'Waiting', icon: Hourglass, color: 'text-warn' },
  in_doubt: { word: 'In doubt', icon: CircleHelp, color: 'text-warn' },
  succeeded: { word: 'Succeeded', icon: CircleCheck, color: 'text-ok' },
  failed: { word: 'Failed', icon: CircleX, color: 'text-bad' },
  skipped: { word: 'Skipped', icon: SkipForward, color: 'text-faint' },
  cancelled: { word: 'Cancelled', icon: Ban, color: 'text-soft' },
  compensated: { word: 'Compensated', icon: Undo2, color: 'text-warn' },
  timed_out: { word: 'Timed out', icon: TimerOff, color: 'text-bad' },
};

const unknownLook: Look = { word: 'Unknown', icon: CircleAlert, color: 'text-soft' };

/** The word for a status. */
export function statusWord(status: ExecutionStatus | StepStatus): string {
  return (looks[status] ?? unknownLook).word;
}

/** The icon of a status; turning while running. */
export function StatusIcon({
  status,
  className,
}: {
  readonly status: ExecutionStatus | StepStatus;
  readonly className?: string;
}) {
  const { icon: Icon, color } = looks[status] ?? unknownLook;
  return (
    <Icon
      aria-hidden
      className={classNames('size-3.5 shrink-0', color, status === 'running' && 'turning', className)}
    />
  );
}

/** Icon and word of a status. */
export function Status({
  status,
  className,
}: {
  readonly status: ExecutionStatus | StepStatus;
  readonly className?: string;
}) {
  const { word, color } = looks[status] ?? unknownLook;
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-1.5 align-middle text-xs font-medium whitespace-nowrap',
        color,
        className,
      )}
    >
      <StatusIcon status={status} />
      {word}
    </span>
  );
}
