/** `/admin/_/live`: the one stream of a tab. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '../api/scopes.ts';
import type { Listener, LiveStreams } from './live-streams.ts';

interface LiveDeps {
  readonly streams: LiveStreams;
  /** Null: this browser is not signed in. */
  readonly who: (request: FastifyRequest) => Promise<Who | null>;
}

interface Who {
  readonly account: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** Whoever does not read what it is sent is not written to for ever. */
const unreadMost = 65_536;
/** When a browser whose stream is cut asks again. */
const retryMs = 3_000;

export function liveRoute(app: FastifyInstance, { streams, who }: LiveDeps): void {
  // Before the server waits for answers that are under way: these have no end.
  app.addHook('preClose', async () => streams.close());
  app.get('/admin/_/live', async (request, reply) => {
    const found = await who(request);
    if (found === null) return reply.status(401).send();
    const listener = listenerOf(reply, found.account, async () => (await who(request))?.scopes ?? null);
    if (!streams.add(listener, found.scopes)) return reply.status(503).header('retry-after', '60').send();
    open(reply, () => streams.remove(listener));
    return reply;
  });
}

function listenerOf(reply: FastifyReply, account: string, scopes: Listener['scopes']): Listener {
  const { raw } = reply;
  return {
    ...{ account, scopes },
    send: text => {
      if (raw.writableLength > unreadMost) raw.destroy();
      else raw.write(text);
    },
    end: () => raw.end(),
  };
}

function open(reply: FastifyReply, closed: () => void): void {
  const headers = reply.getHeaders() as Readonly<Record<string, string>>;
  reply.hijack();
  reply.raw.once('close', closed);
  reply.raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
  reply.raw.write(`retry: ${retryMs}\n\n`);
}
