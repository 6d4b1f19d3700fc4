// @ts-check

const MIN_KEYBOARD_HEIGHT = 100;

/**
 * Fits the room into the part of the window that an on-screen keyboard leaves. Chromium and Firefox resize the page for the keyboard
 * (interactive-widget in the layout); Safari lays it over the page and scrolls the focused field into view.
 */
export function startViewport(viewport = window.visualViewport) {
  if (!viewport) return;
  const root = document.documentElement;
  const update = () => {
    if (viewport.scale !== 1) return; // Zoomed in: the visible part is a choice of the user.
    const isCovered = root.clientHeight - viewport.height > MIN_KEYBOARD_HEIGHT;
    set('--visible-height', isCovered ? `${viewport.height}px` : '');
    set('--visible-top', isCovered ? `${viewport.offsetTop}px` : '');
  };
  const set = (/** @type {string} */ name, /** @type {string} */ value) => root.style.setProperty(name, value);
  viewport.addEventListener('resize', update);
  viewport.addEventListener('scroll', update);
}
