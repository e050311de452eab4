import type { BoxConfig } from './model.ts';

/** Inputs whose pull the file sets, as a person calls them: `onoff` cannot do it. */
export const pulledInputs = ({ slots, inputs }: Pick<BoxConfig, 'slots' | 'inputs'>): readonly string[] => [
  ...slots.flatMap(({ id, door, presence }) => [
    ...(door.pull ? [`door of slot ${id}`] : []),
    ...(presence?.pull ? [`presence of slot ${id}`] : []),
  ]),
  ...(['tamper', 'powerLow'] as const).filter(name => inputs[name]?.pull),
];
