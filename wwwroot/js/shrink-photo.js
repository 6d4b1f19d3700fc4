// @ts-check
// Resizes a photo in the browser before it is uploaded, because uploads over slow connections take long.

/** @typedef {{ file: File, width: number, height: number }} Photo width and height: in pixels after rotation; 0 if the browser cannot decode the file */

const MAX_SIDE = 1600;
const TYPE = 'image/jpeg';
const EXTENSION = '.jpg';
const QUALITY = 0.85;
const BACKGROUND = '#ffffff'; // JPEG has no transparency.
const ACCEPTED_TYPES = [TYPE, 'image/png', 'image/webp'];

/** The signatures of image formats. @type {[RegExp, string][]} */
const SIGNATURES = [
  [/^\xff\xd8\xff/, TYPE],
  [/^\x89PNG\r\n/, 'image/png'],
  [/^RIFF[^]{4}WEBP/, 'image/webp'],
  [/^GIF8/, 'image/gif'],
  [/^[^]{4}ftypavi[fs]/, 'image/avif'],
  [/^[^]{4}ftyp(?:he[iv][cmsx]|mif1|miaf|msf1)/, 'image/heic'],
  [/^(?:II\*\0|MM\0\*)/, 'image/tiff'],
];
const SIGNATURE_LENGTH = 12;

/**
 * Resizes a photo to at most 1,600 pixels on each side, rotates it upright and removes its metadata, such as the location. An original that
 * needs no resizing and is no larger than the re-encoded photo is returned unchanged, with its metadata, which the server removes. An image
 * that the browser cannot decode is returned unchanged, too; the server explains what is wrong with it.
 * @param {File} file the format is detected from the first bytes, because names and declared types are often wrong
 * @param {number} maxBytes the maximum size of a file on the server
 * @returns {Promise<Photo | null>} null if the file is not an image, or is too large and cannot be decoded
 */
export async function shrinkPhoto(file, maxBytes) {
  const type = await typeOf(file);
  const original = file.size <= maxBytes ? file : null;
  const bitmap = await createImageBitmap(new Blob([file], { type: type ?? file.type }), { imageOrientation: 'from-image' }).catch(() => null);
  if (!bitmap) return original && type ? { file: original, width: 0, height: 0 } : null;

  const { width, height } = bitmap;
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  const smaller = await draw(bitmap, scale).catch(() => null);
  bitmap.close();
  const isSmallEnough = scale === 1 && type && ACCEPTED_TYPES.includes(type) && smaller && file.size <= smaller.blob.size;
  if (original && (isSmallEnough || !smaller)) return { file: original, width, height };
  if (!smaller) return null;
  return { ...smaller.size, file: new File([smaller.blob], file.name.replace(/\.\w+$/, '') + EXTENSION, { type: TYPE }) };
}

/** @param {File} file @returns {Promise<string | undefined>} undefined if the file is not an image, or can no longer be read */
async function typeOf(file) {
  const bytes = await file.slice(0, SIGNATURE_LENGTH).arrayBuffer().catch(() => new ArrayBuffer(0));
  const beginning = String.fromCharCode(...new Uint8Array(bytes));
  return SIGNATURES.find(([signature]) => signature.test(beginning))?.[1];
}

/** @param {ImageBitmap} bitmap @param {number} scale */
async function draw(bitmap, scale) {
  const size = { width: Math.max(1, Math.round(bitmap.width * scale)), height: Math.max(1, Math.round(bitmap.height * scale)) };
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.imageSmoothingQuality = 'high';
  context.fillStyle = BACKGROUND;
  context.fillRect(0, 0, size.width, size.height);
  context.drawImage(bitmap, 0, 0, size.width, size.height);
  return { size, blob: await canvas.convertToBlob({ type: TYPE, quality: QUALITY }) };
}
