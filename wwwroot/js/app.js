// @ts-check
// The entry point of every page.
import { startBadge } from './badge.js';
import { startTimes } from './times.js';

startTimes();
startBadge();
