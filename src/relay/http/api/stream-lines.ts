import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** A list as it comes from the store, line by line; the reader's own pace is the only buffer. */
export async function streamLines(
  reply: FastifyReply,
  lines: AsyncIterable<string>,
  type: 'application/x-ndjson' | 'text/csv; charset=utf-8' = 'application/x-ndjson',
): Promise<FastifyReply> {
  // The first page before the first byte, so that a refusal can still be a refusal.
  const iterator = lines[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* all(): AsyncIterable<string> {
    if (first.done === true) return;
    yield `${first.value}\n`;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      yield `${next.value}\n`;
  }
  return reply.type(type).send(Readable.from(all()));
}
