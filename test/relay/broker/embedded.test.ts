import { describe } from 'node:test';
import { linkContract } from '../../wire/mqtt/link-contract.ts';
import { insideStage } from './stages.ts';

describe('a link inside the broker', () => linkContract(insideStage));
