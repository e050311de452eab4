/** `smartbox-relay fleetio-sandbox`: a Fleetio to try things with, in memory, with a small fleet in it. */
import { exits, UsageError } from '../../../base/command-line/usage.ts';
import { addressOf } from '../../config/values.ts';
import type { Verb } from './verb.ts';

const clock = {
  now: () => Date.now(),
  after: (ms: number, run: () => void): (() => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export const fleetioSandbox: Verb = {
  usage: 'fleetio-sandbox [--listen 127.0.0.1:8070]',
  summary:
    'a stand-in for Fleetio with a small fleet in memory: an API, a page to assign by hand; until SIGTERM',
  flags: ['listen'],
  positionals: [0, 0],
  async run(task) {
    const address = addressOf(task.text('listen') ?? '127.0.0.1:8070');
    if (address === null) throw new UsageError('--listen is no address', 'Such as 127.0.0.1:8070.');
    const { openSandbox } = await import('../../../sandbox/server.ts');
    const { smallFleet } = await import('../../../sandbox/small-fleet.ts');
    const world = smallFleet(clock.now);
    const sandbox = await openSandbox({ ...address, world, clock });
    const { apiKey, token } = world.tenant;
    task.print(
      `fleetio-sandbox: ${sandbox.url} (API ${sandbox.url}/api, key ${apiKey}, account token ${token})`,
    );
    task.say(`Allow it in relay.yaml: fleetio: { allowLoopback: true }. A webhook is made with
  curl -H 'Authorization: Token ${apiKey}' -H 'Account-Token: ${token}' -H 'content-type: application/json' \\
    -d '{"url":"http://127.0.0.1:8080/webhooks/fleetio","all_events":true}' ${sandbox.url}/api/webhooks
and its answer holds the shared_key.`);
    await new Promise<void>(resolve => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    });
    await sandbox.close();
    return exits.done;
  },
};
