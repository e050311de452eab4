import { type Board, wiring } from './boards.ts';

/** A `box.yaml` for this board: everything that can be said, with what it means. */
export const boxFile = (board: Board): string =>
  [top(board), site, serial(board), driver, slots(board), lamps(board), rest].join('');

const top = ({
  name,
  computer,
}: Board): string => `# A box of four slots on a ${computer}: smartbox config new --board ${name}
# Its wiring is in hardware/README.md; a package has that as /usr/share/doc/smartbox/examples/wiring.md.
# Check it after each change:  smartbox config check FILE
# Unknown keys are errors, and every problem is reported at once with its place.

`;

const site = `box:
  id: depot-a                     # this box's name on the wire and in events: letters, digits, - and _
  name: Depot A                   # what people read
  timezone: Europe/Amsterdam      # in which people see times; everything is kept in UTC
  language: nl                    # of the display: nl or en
  region: NL                      # country whose phone numbers may be typed without a country code
  phone: "+31201234567"           # whom a driver calls when the box cannot help

data: /var/lib/smartbox           # database, keys, backups; made at the first start, readable by the service alone
control: /run/smartbox/control.sock   # where \`smartbox\` finds the daemon

`;

const serial = ({
  headerPort,
}: Board): string => `# Serial paths should be names that stay: /dev/serial/by-id/…, /dev/serial/by-path/…, or a udev link of yours as here.
# /dev/ttyUSB0 may be another device after the next boot.
keypad:
  path: /dev/smartbox-keypad
  baud: 9600
  protocol: ascii                 # each key one byte, 0-9 * #; or \`line\`: a keypad that sends whole entries
  # keys: { enter: [CR], clear: [ESC] }   # where its keys send other bytes: a character, 0x0D, or a name such as CR
  # format: 7E1                   # 8N1 unless told
  # At the header's own port (GPIO14 and 15, pins 8 and 10, 3.3 V, no console on it): ${headerPort}
  # debounceMs: 80                # for worn keys: the same key again within this is one press

readers:                          # RFID, for keys' tags and drivers' badges; leave out where there is none
  - name: front
    path: /dev/smartbox-rfid
    baud: 9600
    protocol: em4100-ascii        # RDM6300, ID-12LA and their kin

`;

const driver = `gpio:
  driver: auto                    # cdev where /dev/gpiochip* can be used, else onoff; or name one of the two
  # driver: sim                   # no hardware: every line below is a file DIR/CHIP/LINE holding 0 or 1
  # dir: /run/smartbox/gpio

# A line is named by the label of its chip and its place on that chip. On the Pi's own chip that is the GPIO number (17 for
# GPIO17), never the number of the header pin and never the kernel's global number.
#   labels:  pinctrl-rp1 (Pi 5) · pinctrl-bcm2711 (Pi 4) · pinctrl-bcm2835 (older) · mcp23017, pca9555 … (expanders)
#   to see:  gpiodetect, or cat /sys/class/gpio/gpiochip*/label
# Two expanders with one label are told apart by their place:  chip: mcp23017@1-0020
# Locks, lamps and buzzer are on GPIO9–27, which are pulled down until Linux runs. Kept free: GPIO0 to 3 (I2C), 7 to 11 (SPI),
# 14 and 15 (serial port).
`;

function slots({ chip }: Board): string {
  const [first, ...others] = wiring.slots;
  const at = (line: number): string => `chip: ${chip}, line: ${line}`;
  const short = others.map(
    ({ lock, door, presence }, n) => `  - id: ${n + 2}
    lock:     { ${at(lock)} }
    door:     { ${at(door)}, closedLevel: 0, pull: up }
    presence: { ${at(presence)}, presentLevel: 0, pull: up }

`,
  );
  return `slots:
  - id: 1                         # the number painted on the door
    lock:
      chip: ${chip}
      line: ${first.lock}
      activeLevel: 1              # level that powers the coil; 1 is the default
      pulseMs: 300                # how long, 50-1000; 300 is the default
    door:
      chip: ${chip}
      line: ${first.door}
      closedLevel: 0              # a reed contact to ground: shut = 0, and a cut cable reads as an open door
      pull: up                    # the chip's own resistor: up, down or none. With onoff leave it out, and set it in config.txt
    presence:                     # optional: a switch that the hanging key closes
      chip: ${chip}
      line: ${first.presence}
      presentLevel: 0
      pull: up

${short.join('')}`;
}

const lamps = ({ chip }: Board): string => `indicators:                       # all optional
  green:  { chip: ${chip}, line: ${wiring.green} }
  red:    { chip: ${chip}, line: ${wiring.red} }
  buzzer: { chip: ${chip}, line: ${wiring.buzzer} }     # a buzzer with its own oscillator

inputs:                           # all optional
  # normally closed to ground: a cut wire is an alarm
  tamper:   { chip: ${chip}, line: ${wiring.tamper}, activeLevel: 1, pull: up }
  # open-drain output of the supply, low when it fails
  powerLow: { chip: ${chip}, line: ${wiring.powerLow}, activeLevel: 0, pull: up }

`;

const rest = `display:                          # optional serial display
  path: /dev/smartbox-display
  baud: 9600
  columns: 20
  rows: 4

rules:                            # these are the defaults
  leadMin: 15                     # how long before its start a booking may take its key, if nobody else has it now
  openWithinS: 20                 # a door not opened by then: the code may be typed again
  doorHeldS: 60                   # a door open longer is reported
  doorSettleMs: 1500              # a door that opens again so soon after its shut has bounced: one opening; 0–5000
  dueSoonMin: 15                  # the holder is reminded so long before the end
  overdueGraceMin: 0
  maxSyncAgeH: null               # takes stop when the bookings are older than this; null: never. Returns never stop
  badgeNeedsPin: true             # a badge can be copied; keep this

# What makes the box a relay's is \`smartbox enroll\`: the relay then says where its broker is, and nothing is needed here. Say
# it only where this box reaches the broker by another address, through a tunnel for instance; that goes before the relay's.
# A box that was never enrolled runs alone, with or without it; its bookings come by \`smartbox bookings import\`.
# uplink: { url: "mqtts://relay.example:8883" }   # mqtt:// to another machine wants plain: true beside it
`;
