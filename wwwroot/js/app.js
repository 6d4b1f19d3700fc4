// @ts-check
// The entry point of every page.
import { startBadge } from './badge.js';
import { startCharacterCounters } from './character-counter.js';
import { startTimes } from './times.js';
import { startViewport } from './viewport.js';

startTimes();
startBadge();
startCharacterCounters();
startViewport();
