// @ts-check
// The entry point of every page.
import { startBadge } from './badge.js';
import { startTimes } from './times.js';
import { startViewport } from './viewport.js';

startTimes();
startBadge();
startViewport();
