// @ts-check
// Passkey ceremonies in the browser (WebAuthn): fetches the options from the server, and posts the credential.
import { HttpError, fetchJson } from './http.js';

const TIMEOUT = 15_000;
const CEREMONY_TIMEOUT = 300_000;

/**
 * Returns why there are no passkeys here, or null: they are bound to a domain name, so an IP address has none; they need a secure
 * connection, and a browser that knows them.
 * @returns {'address' | 'insecure' | 'browser' | null}
 */
export function findPasskeyObstacle() {
  if (/^[\d.]+$|:/.test(location.hostname)) return 'address';
  if (!window.isSecureContext) return 'insecure';
  const isKnown = typeof PublicKeyCredential === 'function'
    && 'parseCreationOptionsFromJSON' in PublicKeyCredential
    && 'parseRequestOptionsFromJSON' in PublicKeyCredential;
  return isKnown ? null : 'browser';
}

/**
 * Adds a passkey.
 * @param {HTMLFormElement} form its action has the handlers Options, which gets `fields`, and Add, which also gets the credential
 * @param {Record<string, string>} fields
 */
export async function addPasskey(form, fields) {
  const { body } = await post(form, 'Options', fields);
  const options = /** @type {PublicKeyCredentialCreationOptionsJSON} */ (body);
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const credential = await navigator.credentials.create({ publicKey, signal: limitOf(publicKey) });
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
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({ publicKey, signal: limitOf(publicKey) });
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
  if (name === 'NotAllowedError' || name === 'AbortError' || name === 'TimeoutError') return words.cancelled ?? '';
  if (name === 'InvalidStateError') return words.known ?? '';
  return words.failed ?? '';
}

/** Ends a ceremony in time. To browsers its timeout is only a hint, and some wait for ever. @param {{ timeout?: number }} options */
function limitOf({ timeout = CEREMONY_TIMEOUT }) { return AbortSignal.timeout(timeout); }

/** @param {HTMLFormElement} form @param {string} handler @param {Record<string, string>} fields */
function post(form, handler, fields) {
  const url = new URL(form.action);
  url.searchParams.set('handler', handler);
  return fetchJson(url.href, { timeout: TIMEOUT, form, fields });
}
