import { CommandLine } from '../components/CommandLine.tsx';
import { Logo } from '../components/Logo.tsx';
import { Toasts } from '../components/Toasts.tsx';

/** Tells how to get a sign-in link; there are no passwords. */
export function SignInPage() {
  return (
    <div className="grid h-full place-items-center p-6">
      <main className="mb-[8vh] w-full max-w-[400px]">
        <Logo size={40} />
        <h1 className="mt-6 text-xl font-semibold tracking-[-0.01em] text-strong">Sign in to CONV3N</h1>
        <p className="mt-2 text-sm text-soft">
          The server signs you in with a one-time link. It printed one when it started; this command prints another,
          valid for 10 minutes.
        </p>
        <div className="mt-5">
          <CommandLine text="conv3n login-url" />
        </div>
        <p className="mt-5 border-t border-line pt-4 text-xs text-faint">
          Run it on the machine where the server runs, then open the link in this browser. Anyone with the link can sign
          in once, so do not share it.
        </p>
        <Toasts />
      </main>
    </div>
  );
}
