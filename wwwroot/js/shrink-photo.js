// @ts-check
// Makes a picture small enough to send, in the browser: the way to the server is what takes the time.

/** @typedef {{ file: File, width: number, height: number }} Photo the size is in pixels, as it is shown */

const LONGEST_SIDE = 1600;
const TYPE = 'image/jpeg';
const EXTENSION = '.jpg';
const QUALITY = 0.85;
const PAPER = '#ffffff'; // JPEG knows no transparency; what shines through is white.
const TAKEN = [TYPE, 'image/png', 'image/webp'];

/**
 * The picture as it is to be sent, or null when it is none that this browser can open. Turned upright on the way, and without what a
 * camera writes beside the picture, such as where it was taken.
 * @param {File} file @param {number} maxBytes what the server takes @returns {Promise<Photo | null>}
 */
export async function shrinkPhoto(file, maxBytes) {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
  if (!bitmap) return null;

  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const asItIs = { file, width: bitmap.width, height: bitmap.height };
  const smaller = await draw(bitmap, scale).catch(() => null);
  bitmap.close();
  if (!smaller) return asItIs; // It is a picture; the server says whether it is too large.

  const isWorthIt = smaller.blob.size < file.size || scale < 1 || file.size > maxBytes || !TAKEN.includes(file.type);
  if (!isWorthIt) return asItIs;
  const { blob, width, height } = smaller;
  return { file: new File([blob], file.name.replace(/\.\w+$/, '') + EXTENSION, { type: TYPE }), width, height };
}

/** @param {ImageBitmap} bitmap @param {number} scale */
async function draw(bitmap, scale) {
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)));
  const { width, height } = canvas;
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.imageSmoothingQuality = 'high';
  context.fillStyle = PAPER;
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0, width, height);
  return { blob: await canvas.convertToBlob({ type: TYPE, quality: QUALITY }), width, height };
}
