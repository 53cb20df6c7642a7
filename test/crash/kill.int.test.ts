import { faultCounts } from '../support/fault-counts.ts';
import { killTest } from './kill-test.ts';

killTest(faultCounts());
