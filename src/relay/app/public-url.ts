import type { RelayConfig } from '../config/model.ts';
import { addressText } from '../config/values.ts';

/** Where people and boxes are told to find the relay. @param port on which it listens */
export const publicUrl = ({ http }: Pick<RelayConfig, 'http'>, port: number): string =>
  http.url ?? `http://${addressText({ host: http.listen.host, port })}`;
