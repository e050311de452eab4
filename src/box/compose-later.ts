/** What `compose.ts` puts together only when the box is ready. */
import { hasCredentials } from './adapters/vault/credential-path.ts';
import type { RelationGround } from './compose-relation.ts';
import type { BoxHandle } from './control/handle.ts';
import type { BoxState } from './core/model.ts';
import type { Teardown } from './teardown.ts';
import type { Relation } from './uplink/relation.ts';

export interface Later extends Omit<RelationGround, 'box'> {
  readonly teardown: Teardown;
  readonly box: () => BoxHandle;
}

/** Strangers and friends alike are known only when the box is ready, or when somebody asks. */
export function relationOf({ box, teardown, ...ground }: Later): Pick<BoxHandle, 'relay' | 'relation'> {
  let opened: Relation | null = null;
  let opening: Promise<Relation> | null = null;
  const open = async (): Promise<Relation> => {
    const { openRelation } = await import('./compose-relation.ts');
    opened = await openRelation({ ...ground, box: box() });
    return teardown.add('relay', opened, each => each.close());
  };
  const relation = (): Promise<Relation> => {
    opening ??= open();
    return opening;
  };
  const unknown = { since: null, trouble: 'starting', epoch: 0, revision: 0, waiting: 0 } as const;
  return {
    relation,
    relay: () => opened?.state ?? { ...unknown, link: ground.loop.state.sync.enrolled ? 'down' : null },
  };
}

/** A box that runs alone loads nothing of what speaks to a relay. The file counts too: the database may be a new one. */
export const knowsRelay = (folder: string, { sync }: BoxState): boolean =>
  sync.enrolled || hasCredentials(folder);
