/**
 * Computers that `config new` writes a file for. Labels of the chips: `pinctrl-rp1` since Linux 6.1 on a Pi 5, whose header is on the
 * I/O chip RP1; `pinctrl-bcm2711` on a Pi 4; `pinctrl-bcm2835` on everything older, a Zero 2 W among them. On all of them GPIO0–8 are
 * pulled up and GPIO9–27 pulled down from reset (BCM2835 ARM Peripherals, table 6-31; a Pi 5 as `pinctrl` shows it, in
 * raspberrypi/linux#6035), and the 40-pin header has the same GPIO at the same pin: one wiring serves them all.
 */
export const boardNames = ['pi4-4', 'pi5-4', 'zero2w-4'] as const;
export type BoardName = (typeof boardNames)[number];

export interface Board {
  readonly name: BoardName;
  /** As a person calls the computer. */
  readonly computer: string;
  /** Label of the chip whose lines are on the header. */
  readonly chip: string;
  /** The serial port of the header (GPIO14 and 15) wants this before a keypad can be on it; its name is said too. */
  readonly headerPort: string;
}

const miniUart = 'enable_uart=1 in config.txt, then /dev/serial0; no parity there, so 8N1 alone';

const boards: Readonly<Record<BoardName, Omit<Board, 'name'>>> = {
  'pi4-4': { computer: 'Raspberry Pi 4', chip: 'pinctrl-bcm2711', headerPort: miniUart },
  'pi5-4': {
    computer: 'Raspberry Pi 5',
    chip: 'pinctrl-rp1',
    headerPort: 'dtparam=uart0=on in config.txt, then /dev/ttyAMA0; /dev/serial0 is the plug for debugging',
  },
  'zero2w-4': { computer: 'Raspberry Pi Zero 2 W', chip: 'pinctrl-bcm2835', headerPort: miniUart },
};

export const isBoardName = (text: string): text is BoardName =>
  (boardNames as readonly string[]).includes(text);

export const boardOf = (name: BoardName): Board => ({ name, ...boards[name] });

/** Lines of four slots by GPIO number. Locks, lamps and buzzer are among GPIO9–27, so that nothing is on before Linux runs. */
export const wiring = {
  slots: [
    { lock: 17, door: 27, presence: 22 },
    { lock: 18, door: 23, presence: 24 },
    { lock: 25, door: 5, presence: 6 },
    { lock: 12, door: 13, presence: 16 },
  ],
  green: 19,
  red: 20,
  buzzer: 21,
  tamper: 26,
  powerLow: 4,
} as const;
