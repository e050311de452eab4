import type { Plugin } from 'esbuild';

const namespace = 'plain-http';

/**
 * `node:http` without its face for `import`: to make that, Node 24 evaluates every export, and with the one of `WebSocket` loads its whole
 * `fetch`, which takes a quarter of a second of a start of the relay.
 */
export const plainHttp: Plugin = {
  name: namespace,
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?http$/ }, ({ kind }) =>
      kind === 'import-statement' ? { path: 'node:http', namespace } : null,
    );
    onLoad({ filter: /^node:http$/, namespace }, () => ({
      contents: "module.exports = process.getBuiltinModule('node:http');",
    }));
  },
};
