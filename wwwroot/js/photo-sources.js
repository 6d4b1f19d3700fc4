// @ts-check
// The sources of a stored photo. The server stores smaller copies beside the full width (at most 1,600 pixels); the browser chooses one.

const COPIES = [160, 640];

/**
 * Sets `src` and `srcset` of a stored photo: every copy that is narrower than the photo, and the photo itself.
 * @param {HTMLImageElement} image its own `sizes` attribute, if there is one, takes precedence
 * @param {string} url the URL of the full width
 * @param {{ width?: number, sizes: string }} options width: the photo's width in pixels; without it only the copies are used, for an image
 *   that is always small
 */
export function setPhoto(image, url, { width, sizes }) {
  const copies = COPIES.filter(copy => width === undefined || copy < width).map(copy => `${url}?width=${copy} ${copy}w`);
  if (width !== undefined) copies.push(`${url} ${width}w`);
  image.sizes ||= sizes;
  image.srcset = copies.join(', ');
  image.src = url;
}

/** Whether an image shows the photo or one of its copies. @param {HTMLImageElement | null | undefined} image @param {string} url */
export const showsPhoto = (image, url) => image?.getAttribute('src')?.split('?')[0] === url;
