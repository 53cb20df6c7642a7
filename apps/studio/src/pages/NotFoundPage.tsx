import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { EmptyState } from '../components/EmptyState.tsx';

/** An address that leads nowhere. */
export function NotFoundPage() {
  return (
    <EmptyState
      icon={<Compass aria-hidden />}
      title="Nothing is here"
      actions={
        <Link to="/workflows" className="text-sm font-medium text-accent hover:underline">
          Go to workflows
        </Link>
      }
    >
      The address may be mistyped, or what it named was deleted.
    </EmptyState>
  );
}
