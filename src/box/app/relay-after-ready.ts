/** `compose.ts` puts these parts together only when the box is ready. */
import type { Shutdown } from '../../base/shutdown.ts';
import { hasCredentials } from '../adapters/vault/credential-path.ts';
import type { BoxState } from '../core/model.ts';
import type { BoxHandle } from '../ports.ts';
import type { RelayClient } from '../relay-client/relay-client.ts';
import type { RelayDeps } from './compose-relay.ts';

interface RelayAfterReadyDeps extends Omit<RelayDeps, 'box'> {
  readonly shutdown: Shutdown;
  readonly box: () => BoxHandle;
}

/** The relay client is loaded when the box is ready, or when it is first asked for. */
export function relayAfterReady({
  box,
  shutdown,
  ...deps
}: RelayAfterReadyDeps): Pick<BoxHandle, 'relay' | 'relayClient'> {
  let opened: RelayClient | null = null;
  let opening: Promise<RelayClient> | null = null;
  const open = async (): Promise<RelayClient> => {
    const { openRelay } = await import('./compose-relay.ts');
    opened = await openRelay({ ...deps, box: box() });
    return shutdown.add('relay', opened, each => each.close());
  };
  const relayClient = (): Promise<RelayClient> => {
    opening ??= open();
    return opening;
  };
  const unknown = { since: null, trouble: 'starting', epoch: 0, revision: 0, waiting: 0 } as const;
  return {
    relayClient,
    relay: () => opened?.state ?? { ...unknown, link: deps.loop.state.sync.enrolled ? 'down' : null },
  };
}

/** A box that runs alone loads nothing of what speaks to a relay. The file counts too: the database may be a new one. */
export const knowsRelay = (folder: string, { sync }: BoxState): boolean =>
  sync.enrolled || hasCredentials(folder);
