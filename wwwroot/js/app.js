// @ts-check
// The entry point of every page.
import { startBadge } from './badge.js';
import { startCharacterCounters } from './character-counter.js';
import { startTimes } from './times.js';

startTimes();
startBadge();
startCharacterCounters();
