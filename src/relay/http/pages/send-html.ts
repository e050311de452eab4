import type { FastifyReply } from 'fastify';
import { pagePolicy } from '../headers.ts';

export const sendHtml = (reply: FastifyReply, text: string): FastifyReply =>
  reply.type('text/html; charset=utf-8').header('content-security-policy', pagePolicy).send(text);
