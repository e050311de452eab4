import * as v from 'valibot';
import { pageAsked, pageShown } from '../paging.ts';
import { mustCover } from '../roles.ts';
import { type Route, reads, writes } from '../route.ts';
import { at, atOrNull, atText, byId, line, pageOf, pageQuery } from '../schemas/parts.ts';
import { readScopes, scopes } from '../scopes.ts';
import { readToken } from '../token.ts';
import { createToken, pageOfTokens, revokeToken } from '../tokens.ts';

const token = v.object({
  id: v.string(),
  name: v.string(),
  scopes: v.array(v.string()),
  created: at,
  /** When it was last used, to the minute. */
  used: v.nullable(at),
  revoked: v.nullable(at),
});

const newToken = v.strictObject({
  name: line(100),
  scopes: v.pipe(v.array(v.picklist(scopes)), v.minLength(1), v.maxLength(scopes.length)),
});

const made = v.object({
  id: v.string(),
  /** It is nowhere else: not shown again. */
  token: v.string(),
  scopes: v.array(v.string()),
});

type Row = Awaited<ReturnType<typeof pageOfTokens>>[number];

const item = (row: Row): v.InferInput<typeof token> => ({
  ...{ id: row.id, name: row.name, scopes: row.scopes.split(' ') },
  ...{ created: atText(row.created), used: atOrNull(row.used), revoked: atOrNull(row.revoked) },
});

export const tokenRoutes: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/tokens',
    name: 'listTokens',
    summary: 'Tokens of the account, those that were revoked among them; none is shown',
    scope: 'tokens:read',
    query: v.strictObject(pageQuery),
    status: 200,
    answer: pageOf(token),
    read: async (context, { query }) => pageShown(await pageOfTokens(context, pageAsked(query)), query, item),
  }),
  writes({
    method: 'POST',
    path: '/tokens',
    name: 'createToken',
    summary: 'Makes a token, which may do no more than whoever makes it, and shows it once',
    scope: 'tokens:write',
    isSensitive: true,
    body: newToken,
    status: 201,
    answer: made,
    write: async ({ tx, account, random, now, who }, { caller, body }) => {
      // In the order of the list, each once.
      const wanted = readScopes(body.scopes).scopes;
      mustCover(caller, wanted, 'scopes');
      const text = await createToken(
        tx,
        { account, name: body.name, scopes: wanted },
        { random, nowMs: now, who },
      );
      return { id: readToken(text)?.id ?? '', token: text, scopes: [...wanted] };
    },
  }),
  writes({
    method: 'DELETE',
    path: '/tokens/:id',
    name: 'revokeToken',
    summary: 'Ends a token at once',
    scope: 'tokens:write',
    isSensitive: true,
    params: byId,
    status: 204,
    answer: null,
    write: async ({ tx, account, random, now, who }, { params }) => {
      await revokeToken(tx, account, params.id, { random, nowMs: now, who });
      return null;
    },
  }),
];
