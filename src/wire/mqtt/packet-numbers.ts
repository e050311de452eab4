/**
 * Imported for what it does: mqtt-packet, under client and broker alike, would otherwise keep a buffer for each of the 65,536
 * numbers that a packet can have, 8 MB that are there with the first packet, to save what a microsecond buys.
 */
import { writeToStream } from 'mqtt-packet';

writeToStream.cacheNumbers = false;
