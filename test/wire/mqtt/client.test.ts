import { describe } from 'node:test';
import { embeddedStage } from '../../relay/broker/stages.ts';
import { linkContract } from './link-contract.ts';

describe('a link over TCP to the broker in the relay', () => linkContract(embeddedStage));
