// @ts-check
// What every page does.
import { keepBadge } from './badge.js';
import { keepTimes } from './times.js';

keepTimes();
keepBadge();
