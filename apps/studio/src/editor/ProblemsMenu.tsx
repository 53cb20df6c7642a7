import { CircleAlert } from 'lucide-react';
import { Button } from '../components/Button.tsx';
import { Menu } from '../components/Menu.tsx';
import { useEditor } from './editor-context.ts';

/** Problems listed; the rest are on the nodes. */
const limit = 12;

/** What keeps the draft from being saved; choosing a problem opens its node. */
export function ProblemsMenu() {
  const { actions, problems } = useEditor();
  if (problems.length === 0) return null;
  return (
    <Menu
      align="start"
      trigger={
        <Button size="sm" tone="quiet" className="text-warn!" icon={<CircleAlert className="size-3.5" aria-hidden />}>
          {problems.length}
          <span className="max-xl:sr-only">{problems.length === 1 ? 'problem' : 'problems'}</span>
        </Button>
      }
      entries={problems.slice(0, limit).map((problem) => ({
        label: problem.node === undefined ? problem.message : `${problem.node}: ${problem.message}`,
        onSelect: () => {
          actions.openPath(problem.graph);
          if (problem.node !== undefined) actions.select([problem.node]);
        },
      }))}
    />
  );
}
