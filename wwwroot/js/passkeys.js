// @ts-check
// Passkey ceremonies in the browser (WebAuthn): fetches the options from the server, and posts the credential.
import { HttpError, fetchJson } from './http.js';

const TIMEOUT = 15_000;

/** Whether the browser supports passkeys at this address. Passkeys are bound to a domain name, so an IP address has none. */
export const knowsPasskeys = () =>
  typeof PublicKeyCredential === 'function'
  && 'parseCreationOptionsFromJSON' in PublicKeyCredential
  && 'parseRequestOptionsFromJSON' in PublicKeyCredential
  && !/^[\d.]+$|:/.test(location.hostname);

/**
 * Adds a passkey.
 * @param {HTMLFormElement} form its action has the handlers Options, which gets `fields`, and Add, which also gets the credential
 * @param {Record<string, string>} fields
 */
export async function addPasskey(form, fields) {
  const { body } = await post(form, 'Options', fields);
  const options = /** @type {PublicKeyCredentialCreationOptionsJSON} */ (body);
  const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  await post(form, 'Add', { ...fields, credential: JSON.stringify(credential) });
}

/**
 * Signs in with a passkey.
 * @param {HTMLFormElement} form its action has the handlers PasskeyOptions and Passkey
 * @returns {Promise<string>} the URL to continue at
 */
export async function signInWithPasskey(form) {
  const { body } = await post(form, 'PasskeyOptions', {});
  const options = /** @type {PublicKeyCredentialRequestOptionsJSON} */ (body);
  const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  const answer = await post(form, 'Passkey', { credential: JSON.stringify(credential) });
  return /** @type {{ redirectUrl: string }} */ (answer.body).redirectUrl;
}

/**
 * Returns the message for an error.
 * @param {unknown} error
 * @param {{ cancelled?: string, known?: string, failed?: string }} words
 */
export function explain(error, words) {
  if (error instanceof HttpError) return error.detail || words.failed || '';
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') return words.cancelled ?? ''; // Also on a timeout.
  if (name === 'InvalidStateError') return words.known ?? '';
  return words.failed ?? '';
}

/** @param {HTMLFormElement} form @param {string} handler @param {Record<string, string>} fields */
function post(form, handler, fields) {
  const url = new URL(form.action);
  url.searchParams.set('handler', handler);
  return fetchJson(url.href, { timeout: TIMEOUT, form, fields });
}
