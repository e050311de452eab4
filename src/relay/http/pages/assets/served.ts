/**
 * The files that browsers load beside a page: one style sheet, one script. Their address has the hash of what is in them, so that a
 * browser may keep them for ever and still never has an old one.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { style } from './style.ts';

// Each path is read here from the sources; in a bundle the text itself stands in its place (scripts/build/embedded-texts.ts).
const htmx = readFileSync(
  new URL('../../../../../node_modules/htmx.org/dist/htmx.min.js', import.meta.url),
  'utf8',
);
const own = readFileSync(new URL('./smartbox.js', import.meta.url), 'utf8');

/** Maps of the sources are not served: browsers would ask for them in vain. */
const withoutMap = (text: string): string =>
  text
    .split('\n')
    .filter(line => !line.startsWith('//# sourceMappingURL='))
    .join('\n');

const texts = {
  'smartbox.css': { type: 'text/css; charset=utf-8', text: style },
  'smartbox.js': {
    type: 'text/javascript; charset=utf-8',
    text: [htmx, own].map(withoutMap).join('\n'),
  },
} as const;

type AssetName = keyof typeof texts;

interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
  brotli: Promise<Buffer> | null;
}

const base = '/admin/assets/';
const names: ReadonlyMap<AssetName, string> = new Map(
  (Object.keys(texts) as AssetName[]).map(name => [name, hashedName(name)]),
);
const assets: ReadonlyMap<string, Asset> = new Map(
  (Object.keys(texts) as AssetName[]).map(name => [
    names.get(name) ?? name,
    { type: texts[name].type, bytes: Buffer.from(texts[name].text), brotli: null },
  ]),
);

function hashedName(name: AssetName): string {
  const hash = createHash('sha256').update(texts[name].text).digest('base64url').slice(0, 12);
  return name.replace('.', `-${hash}.`);
}

export const assetPath = (name: AssetName): string => base + (names.get(name) ?? name);

export function assetRoutes(app: FastifyInstance): void {
  app.get<{ Params: { readonly file: string } }>(`${base}:file`, async (request, reply) => {
    const asset = assets.get(request.params.file);
    if (asset === undefined) return reply.callNotFound();
    return await sendAsset(asset, request, reply);
  });
}

async function sendAsset(asset: Asset, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  reply
    .type(asset.type)
    .header('cache-control', 'public, max-age=31536000, immutable')
    .header('vary', 'accept-encoding');
  if (!takesBrotli(request)) return reply.send(asset.bytes);
  return reply.header('content-encoding', 'br').send(await brotliOf(asset));
}

const takesBrotli = ({ headers }: FastifyRequest): boolean =>
  /(?:^|[,\s])br(?:[,;\s]|$)/.test(String(headers['accept-encoding'] ?? ''));

/** Made once, when it is first asked for, beside the event loop: the best level takes a tenth of a second. */
const brotliOf = (asset: Asset): Promise<Buffer> =>
  (asset.brotli ??= promisify(brotliCompress)(asset.bytes, {
    params: { [constants.BROTLI_PARAM_SIZE_HINT]: asset.bytes.length },
  }));

/** Of each file, for tests and for the page that says what a visit costs. */
export const assetSizes = async (): Promise<Readonly<Record<string, number>>> =>
  Object.fromEntries(
    await Promise.all([...assets].map(async ([name, asset]) => [name, (await brotliOf(asset)).length])),
  );
