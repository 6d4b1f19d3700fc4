// @ts-check
// The copies of a stored photo. The server keeps narrower ones beside the full width (at most 1,600 pixels); the browser picks.

const COPIES = [160, 640];

/**
 * Shows a stored photo as its `srcset`: every copy that is narrower than the photo, then the photo itself.
 * @param {HTMLImageElement} image its own `sizes`, as the markup says it, goes before the one given here
 * @param {string} url of the full width
 * @param {{ width?: number, sizes: string }} options width: the photo's own, in pixels; without it only the copies are offered, which is right
 *   for a picture that is shown small
 */
export function setPhoto(image, url, { width, sizes }) {
  const copies = COPIES.filter(copy => width === undefined || copy < width).map(copy => `${url}?width=${copy} ${copy}w`);
  if (width !== undefined) copies.push(`${url} ${width}w`);
  image.sizes ||= sizes;
  image.srcset = copies.join(', ');
  image.src = url;
}

/** Whether an image shows the photo, in whichever copy. @param {HTMLImageElement | null | undefined} image @param {string} url */
export const showsPhoto = (image, url) => image?.getAttribute('src')?.split('?')[0] === url;
