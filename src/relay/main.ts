/** `smartbox-relay` has its name and its place; the cloud program itself comes with a later version. */
process.stderr.write(
  'smartbox-relay: not in this version yet. The box works alone: see “smartbox bookings import”.\n',
);
process.exitCode = 2;
