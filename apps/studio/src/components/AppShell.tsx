import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import {
  History,
  Keyboard,
  KeyRound,
  LockKeyhole,
  LogOut,
  type LucideIcon,
  Moon,
  Sun,
  Workflow,
  Zap,
} from 'lucide-react';
import { useState } from 'react';
import { isApiError } from '../api/api-error.ts';
import { client } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { useHotkeys } from '../hooks/use-hotkeys.ts';
import { setTheme, useTheme } from '../hooks/use-theme.ts';
import { SignInPage } from '../pages/SignInPage.tsx';
import { classNames } from './class-names.ts';
import { Failure } from './Failure.tsx';
import { Hint } from './Hint.tsx';
import { Logo } from './Logo.tsx';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { Toasts } from './Toasts.tsx';

const places: readonly Place[] = [
  { to: '/workflows', label: 'Workflows', icon: Workflow },
  { to: '/executions', label: 'Executions', icon: History },
  { to: '/triggers', label: 'Triggers', icon: Zap },
  { to: '/secrets', label: 'Secrets', icon: LockKeyhole },
  { to: '/api-keys', label: 'API keys', icon: KeyRound },
];

interface Place {
  readonly to: string;
  readonly label: string;
  readonly icon: LucideIcon;
}

const itemClass =
  'flex items-center gap-2.5 rounded-md text-sm font-medium text-soft transition-colors hover:bg-hover hover:text-strong [&_svg]:size-4 [&_svg]:shrink-0';

function Item(props: {
  readonly narrow: boolean;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly onClick: () => void;
}) {
  const Icon = props.icon;
  const button = (
    <button
      type="button"
      aria-label={props.label}
      className={classNames(itemClass, props.narrow ? 'size-9 justify-center' : 'h-8 w-full px-2.5')}
      onClick={props.onClick}
    >
      <Icon aria-hidden />
      {!props.narrow && props.label}
    </button>
  );
  return props.narrow ? <Hint text={props.label}>{button}</Hint> : button;
}

function PlaceLink(props: Place & { readonly narrow: boolean; readonly current: boolean }) {
  const { to, label, icon: Icon, narrow, current } = props;
  const link = (
    <Link
      to={to}
      aria-label={label}
      aria-current={current ? 'page' : undefined}
      className={classNames(
        itemClass,
        narrow ? 'size-9 justify-center' : 'h-8 px-2.5',
        current && 'bg-hover text-strong!',
      )}
    >
      <Icon aria-hidden />
      {!narrow && label}
    </Link>
  );
  return narrow ? <Hint text={label}>{link}</Hint> : link;
}

/** Navigation around the pages; a rail of icons beside the editor. Without a session it shows how to sign in. */
export function AppShell() {
  const session = useQuery(queries.session());
  const cache = useQueryClient();
  const theme = useTheme();
  const [shortcuts, setShortcuts] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const narrow = /^\/(workflows|executions)\/[^/]+$/.test(path);
  useHotkeys({ '?': () => setShortcuts(true) });

  if (session.isError && isApiError(session.error) && session.error.status === 401) return <SignInPage />;
  const signOut = () => {
    void client.auth.logout().finally(() => {
      cache.clear();
      location.assign('/');
    });
  };
  return (
    <div className="flex h-full">
      <nav
        aria-label="Main"
        className={classNames(
          'flex shrink-0 flex-col border-r border-line bg-panel',
          narrow ? 'w-[52px] items-center' : 'w-[208px]',
        )}
      >
        <Link
          to="/workflows"
          className={classNames('flex h-13 items-center gap-2.5', narrow ? 'justify-center' : 'px-4.5')}
          aria-label="CONV3N, workflows"
        >
          <Logo size={22} />
          {!narrow && <span className="text-base font-semibold tracking-[0.04em] text-strong">CONV3N</span>}
        </Link>
        <div className={classNames('flex flex-1 flex-col gap-0.5 pt-2', narrow ? 'items-center' : 'px-2.5')}>
          {places.map((place) => (
            <PlaceLink key={place.to} {...place} narrow={narrow} current={path.startsWith(place.to)} />
          ))}
        </div>
        <div className={classNames('flex flex-col gap-0.5 pb-3', narrow ? 'items-center' : 'px-2.5')}>
          <Item narrow={narrow} label="Shortcuts" icon={Keyboard} onClick={() => setShortcuts(true)} />
          <Item
            narrow={narrow}
            label={theme === 'dark' ? 'Light theme' : 'Dark theme'}
            icon={theme === 'dark' ? Sun : Moon}
            onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}
          />
          <Item narrow={narrow} label="Sign out" icon={LogOut} onClick={signOut} />
        </div>
      </nav>
      <main className="relative min-w-0 flex-1">
        {session.isError ? (
          <Failure error={session.error} onRetry={() => void session.refetch()} />
        ) : session.isPending ? null : (
          <Outlet />
        )}
      </main>
      <ShortcutSheet open={shortcuts} onClose={() => setShortcuts(false)} />
      <Toasts />
    </div>
  );
}
