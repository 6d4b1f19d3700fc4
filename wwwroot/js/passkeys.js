// @ts-check
// Passkeys in the browser: options from the server go to the device, and what the device makes of them goes back.
import { HttpError, fetchJson } from './http.js';

const TIMEOUT = 15_000;

/** Whether this browser knows passkeys, at this address: they belong to a domain, and a bare number is none. */
export const knowsPasskeys = () =>
  typeof PublicKeyCredential === 'function'
  && 'parseCreationOptionsFromJSON' in PublicKeyCredential
  && 'parseRequestOptionsFromJSON' in PublicKeyCredential
  && !/^[\d.]+$|:/.test(location.hostname);

/**
 * @param {HTMLFormElement} form its action begins at ?handler=Options, with `fields`, and ends at ?handler=Add, with the credential too
 * @param {Record<string, string>} fields
 */
export async function addPasskey(form, fields) {
  const { body } = await post(form, 'Options', fields);
  const options = /** @type {PublicKeyCredentialCreationOptionsJSON} */ (body);
  const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  await post(form, 'Add', { ...fields, credential: JSON.stringify(credential) });
}

/**
 * @param {HTMLFormElement} form its action begins at ?handler=PasskeyOptions and ends at ?handler=Passkey
 * @returns {Promise<string>} where to go now
 */
export async function signInWithPasskey(form) {
  const { body } = await post(form, 'PasskeyOptions', {});
  const options = /** @type {PublicKeyCredentialRequestOptionsJSON} */ (body);
  const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  const answer = await post(form, 'Passkey', { credential: JSON.stringify(credential) });
  return /** @type {{ redirectUrl: string }} */ (answer.body).redirectUrl;
}

/**
 * What went wrong, as a sentence.
 * @param {unknown} error
 * @param {{ cancelled?: string, known?: string, failed?: string }} words
 */
export function explain(error, words) {
  if (error instanceof HttpError) return error.detail || words.failed || '';
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') return words.cancelled ?? ''; // Also when nothing was chosen in time.
  if (name === 'InvalidStateError') return words.known ?? '';
  return words.failed ?? '';
}

/** @param {HTMLFormElement} form @param {string} handler @param {Record<string, string>} fields */
function post(form, handler, fields) {
  const url = new URL(form.action);
  url.searchParams.set('handler', handler);
  return fetchJson(url.href, { timeout: TIMEOUT, form, fields });
}
