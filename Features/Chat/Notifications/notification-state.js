// @ts-check
// Decides what the bell shows and what the page does, from what the browser allows and what the server has stored. The table is in
// README.md, and the tests run it.

/**
 * @typedef {'unsupported' | 'insecure' | 'homeScreen'} Obstacle why this browser cannot have notifications
 * @typedef {'none' | 'active' | 'suspended'} ServerState the state of this browser's subscription on the server
 * @typedef {'unavailable' | 'blocked' | 'off' | 'on'} BellState
 * @typedef {'drop' | 'end' | 'renew'} Action drop: end the browser's own subscription; end: also the server's; renew: subscribe anew
 */

/** Returns why this browser cannot have notifications, or null. @returns {Obstacle | null} */
export function findPushObstacle() {
  if (!window.isSecureContext) return 'insecure';
  if ('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window) return null;
  // On iPhones and iPads only, where push is limited to apps on the home screen.
  return 'standalone' in navigator && navigator.standalone === false ? 'homeScreen' : 'unsupported';
}

/**
 * @param {{ isAvailable: boolean, permission: NotificationPermission, server: ServerState, isSubscribed: boolean, isSame: boolean }} facts
 *   isSubscribed: the browser has a subscription; isSame: it is the one that the server has, for the server's key
 * @returns {{ shown: BellState, action: Action | null }} `shown` holds once the action has succeeded
 */
export function decideNotifications({ isAvailable, permission, server, isSubscribed, isSame }) {
  if (isAvailable && permission === 'granted' && server !== 'none') {
    return { shown: 'on', action: server === 'active' && isSame ? null : 'renew' };
  }
  return {
    shown: !isAvailable ? 'unavailable' : permission === 'denied' ? 'blocked' : 'off',
    action: server !== 'none' ? 'end' : isSubscribed ? 'drop' : null,
  };
}
