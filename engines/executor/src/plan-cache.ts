import { compileWorkflow, type WorkflowFile, type WorkflowPlan } from '@conv3n/workflow';
import type { BlockSource } from './block-source.ts';
import type { DefinitionSource } from './definition-source.ts';

/** Compiled workflow versions, bounded; dropped when blocks change, because plans hold their manifests. */
export class PlanCache {
  readonly #blocks: BlockSource;
  readonly #definitions: DefinitionSource;
  readonly #limit: number;
  /** Least recently used first. */
  readonly #saved = new Map<string, WorkflowPlan>();
  #unsaved = new WeakMap<WorkflowFile, WorkflowPlan>();

  constructor(blocks: BlockSource, definitions: DefinitionSource, limit: number) {
    this.#blocks = blocks;
    this.#definitions = definitions;
    this.#limit = limit;
  }

  clear(): void {
    this.#saved.clear();
    this.#unsaved = new WeakMap();
  }

  /** The plan of a file that belongs to no saved version. */
  unsaved(file: WorkflowFile): WorkflowPlan {
    let plan = this.#unsaved.get(file);
    if (!plan) {
      plan = this.#compile(file);
      this.#unsaved.set(file, plan);
    }
    return plan;
  }

  cached(workflowId: string, version: number): WorkflowPlan | undefined {
    const key = `${workflowId}@${version}`;
    const plan = this.#saved.get(key);
    if (!plan) return undefined;
    this.#saved.delete(key);
    this.#saved.set(key, plan);
    return plan;
  }

  /** The plan of a version, or of the published one. */
  async saved(
    workflowId: string,
    version?: number,
  ): Promise<{ readonly plan: WorkflowPlan; readonly version: number }> {
    const known = version === undefined ? undefined : this.cached(workflowId, version);
    if (known && version !== undefined) return { plan: known, version };
    const loaded = await this.#definitions.load(workflowId, version);
    const again = this.cached(workflowId, loaded.version);
    if (again) return { plan: again, version: loaded.version };
    const plan = this.#compile(loaded.file);
    this.#saved.set(`${workflowId}@${loaded.version}`, plan);
    for (const oldest of this.#saved.keys()) {
      if (this.#saved.size <= this.#limit) break;
      this.#saved.delete(oldest);
    }
    return { plan, version: loaded.version };
  }

  #compile(file: WorkflowFile): WorkflowPlan {
    return compileWorkflow(file, (type) => this.#blocks.manifest(type));
  }
}
