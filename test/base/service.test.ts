import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { openService, type ServiceEnvironment } from '../../src/base/service.ts';

const refused = (environment: ServiceEnvironment, message: RegExp): void =>
  assert.throws(() => openService(environment, 7), { code: 'service-away', message, hint: /launch/ });

test('without systemd nobody is told anything, and nobody waits', () => {
  for (const environment of [{}, { WATCHDOG_USEC: '0' }, { WATCHDOG_USEC: 'soon' }]) {
    const service = openService(environment, 7);
    assert.equal(service.watchdogMs, null);
    service.ready('x');
    service.stopping();
    assert.ok(service.alive());
  }
});

test('a watchdog of another process is none', () => {
  assert.equal(openService({ WATCHDOG_USEC: '20000000', WATCHDOG_PID: '8' }, 7).watchdogMs, null);
});

test('a watchdog that nothing can feed is said at once', () => {
  refused({ WATCHDOG_USEC: '20000000' }, /watchdog/);
  refused({ WATCHDOG_USEC: '20000000', WATCHDOG_PID: '7' }, /watchdog/);
});

test('a descriptor that is no socket is never written to', () => {
  const fd = openSync('/dev/null', 'r+');
  try {
    for (const named of [String(fd), '1', '-3', '3.5', 'three', '99999'])
      refused({ SMARTBOX_NOTIFY_FD: named }, /descriptor \S+ is no socket/);
  } finally {
    closeSync(fd);
  }
});
