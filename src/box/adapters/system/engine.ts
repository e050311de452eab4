/**
 * How V8 runs the daemon; imported before everything else, since code that is compiled already stays as it is.
 *
 * A box works a few milliseconds at a time and then rests. The optimising compilers and the collector's worker threads are
 * made for the opposite: each of them is woken in the middle of a grant, and the main thread then waits for a thread that a
 * busy processor has not let in yet, up to a whole tick of the scheduler (4 ms). What they compile costs 8 MB besides.
 * Without them an import is some 15 % slower. New objects keep to the room they have at the start: a busy day, or an import,
 * makes it no larger.
 *
 * Node brings its own modules compiled, and V8 refuses what was compiled under other flags. Those that this program imports are there
 * already; the ones that Node fetches later by itself, for a socket that listens and for measuring, are fetched before the flags
 * change: 1.4 ms instead of 5.8.
 */
const fetchedLater = ['node:cluster', 'node:perf_hooks'] as const;
const flags = [
  '--no-opt',
  '--no-maglev',
  '--no-concurrent-sparkplug',
  '--single-threaded-gc',
  '--semi-space-growth-factor=1',
] as const;

for (const name of fetchedLater) process.getBuiltinModule(name);
process.getBuiltinModule('node:v8').setFlagsFromString(flags.join(' '));
