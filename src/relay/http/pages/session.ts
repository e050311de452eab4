/** Who is logged in: the token itself, in a cookie that no script and no other site can use. Any copy of the relay knows it. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type BearerToken, readToken, tokenText } from '../api/token.ts';

const name = 'smartbox_admin';
const lifeS = 12 * 3_600;

export function sessionOf(request: FastifyRequest): BearerToken | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value = ''] = part.trim().split('=', 2);
    if (key === name) return readToken(value);
  }
  return null;
}

const cookie = (value: string, maxAgeS: number, isHttps: boolean): string =>
  `${name}=${value}; Path=/admin; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${isHttps ? '; Secure' : ''}`;

export const logIn = (reply: FastifyReply, token: BearerToken, isHttps: boolean): FastifyReply =>
  reply.header('set-cookie', cookie(tokenText(token), lifeS, isHttps));

export const logOut = (reply: FastifyReply, isHttps: boolean): FastifyReply =>
  reply.header('set-cookie', cookie('', 0, isHttps));
