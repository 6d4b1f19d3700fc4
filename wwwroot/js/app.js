// @ts-check
// The entry point of every page.
import { startBadge } from './badge.js';
import { startCharacterCounters } from './character-counter.js';
import { startDrops } from './file-drops.js';
import { startGrowing } from './grow.js';
import { startTimes } from './times.js';
import { startUnsentNotes } from './unsent-notes.js';
import { startViewport } from './viewport.js';

startTimes();
startBadge();
startUnsentNotes();
startCharacterCounters();
startGrowing();
startDrops();
startViewport();
