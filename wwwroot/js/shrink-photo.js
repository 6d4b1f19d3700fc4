// @ts-check
// Makes a picture small enough to send, in the browser: the way to the server is what takes the time.

/** @typedef {{ file: File, width: number, height: number }} Photo the size is in pixels, as it is shown; 0 where this browser cannot open the file */

const MAX_SIDE = 1600;
const TYPE = 'image/jpeg';
const EXTENSION = '.jpg';
const QUALITY = 0.85;
const BACKGROUND = '#ffffff'; // JPEG knows no transparency.
const ACCEPTED_TYPES = [TYPE, 'image/png', 'image/webp'];

/** How the files of each kind begin. @type {[RegExp, string][]} */
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
 * The picture as it is to be sent: at most 1,600 pixels wide and high, upright, and without what a camera writes beside the picture, such as
 * where it was taken. A file that this browser cannot open is sent as it is, for the server to say what is wrong with it and what helps.
 * @param {File} file what kind it is, say its first bytes: names and declared types are often wrong
 * @param {number} maxBytes what the server takes
 * @returns {Promise<Photo | null>} null where the file is no picture, or one that is too large and cannot be made smaller
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

/** @param {File} file @returns {Promise<string | undefined>} undefined for no picture, and for a file that cannot be read any more */
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
