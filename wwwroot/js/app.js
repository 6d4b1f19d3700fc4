// @ts-check
// What every page does.
import { startBadge } from './badge.js';
import { startTimes } from './times.js';

startTimes();
startBadge();
