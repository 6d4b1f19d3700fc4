// @ts-check
// HTTP requests with JSON responses, timeouts, and errors that tell whether a retry can help. Each request names the page's user, because
// another user may have signed in since the page was loaded.

const MIN_RELOAD_INTERVAL = 60_000;

/** An error response of the server, or of a proxy in front of it. */
export class HttpError extends Error {
  /**
   * @param {number} status
   * @param {string} detail a localized sentence for the user, or ''
   * @param {number} retryAfter the Retry-After of the response in milliseconds, or 0
   * @param {boolean} isForeign the response does not come from the app
   */
  constructor(status, detail, retryAfter, isForeign = false) {
    super(`${status} ${detail}`);
    this.status = status;
    this.detail = detail;
    this.retryAfter = retryAfter;
    this.isForeign = isForeign;
  }

  get isSignedOut() { return this.status === 401 && !this.isForeign; }

  /** Whether the page no longer fits the session: another user has signed in, or the antiforgery token has become stale. */
  get isStalePage() { return this.status === 412 && !this.isForeign; }

  /** Whether a proxy had no response of the app, in time or at all. */
  get isGateway() { return this.isForeign && (this.status === 408 || this.status >= 500); }

  /** Whether a retry of the same request cannot succeed. Only the app itself can say so, with problem details. */
  get isFinal() { return !this.isForeign && this.status >= 400 && this.status < 500 && ![401, 408, 412, 425, 429].includes(this.status); }
}

/**
 * Sends a GET request, or a POST request with form fields.
 * @param {string} url
 * @param {{ timeout: number, signal?: AbortSignal, form?: HTMLFormElement, fields?: Record<string, string> }} options
 *   timeout: in milliseconds; fields: posted with the antiforgery token of `form`
 * @returns {Promise<{ status: number, body: unknown }>} the body is null for 204
 */
export async function fetchJson(url, { timeout, signal, form, fields }) {
  const limit = AbortSignal.timeout(timeout);
  const response = await fetch(url, {
    method: fields ? 'POST' : 'GET',
    headers: headersOf(form),
    body: fields ? new URLSearchParams(fields) : undefined,
    keepalive: Boolean(fields), // The request continues if the user leaves the page.
    cache: 'no-store',
    redirect: 'error',
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  });
  return read(response);
}

/**
 * Posts a file with XMLHttpRequest, because fetch does not report the progress of uploads.
 * @param {string} url
 * @param {{ stallTimeout: number, signal?: AbortSignal, form: HTMLFormElement, fields: Record<string, string | Blob>, onProgress: (part: number) => void }} options
 *   stallTimeout: the upload fails after so many milliseconds without progress; part: between 0 and 1
 * @returns {Promise<{ status: number, body: unknown }>} as `fetchJson`; it throws the same errors
 */
export async function upload(url, { stallTimeout, signal, form, fields, onProgress }) {
  const request = new XMLHttpRequest();
  request.open('POST', url);
  for (const [name, value] of Object.entries(headersOf(form))) request.setRequestHeader(name, value);
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return read(await new Promise((resolve, reject) => {
    const fail = () => reject(signal?.reason ?? new TypeError('The connection was lost.'));
    const cancel = () => request.abort();
    let timer = setTimeout(cancel, stallTimeout);
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      clearTimeout(timer);
      timer = setTimeout(cancel, stallTimeout);
      onProgress(loaded / total);
    });
    request.addEventListener('load', () => resolve(toResponse(request)));
    request.addEventListener('error', fail);
    request.addEventListener('abort', fail);
    request.addEventListener('loadend', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    });
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) fail();
    else request.send(body);
  }));
}

/** @param {HTMLFormElement | undefined} form @returns {Record<string, string>} */
function headersOf(form) {
  const { user } = document.documentElement.dataset;
  return { Accept: 'application/json', ...(user ? { 'Page-User': user } : {}), ...(form ? { RequestVerificationToken: tokenOf(form) } : {}) };
}

/** @param {XMLHttpRequest} request */
function toResponse(request) {
  const headers = ['Content-Type', 'Retry-After'].map(name => [name, request.getResponseHeader(name) ?? '']).filter(([, value]) => value);
  return new Response(request.status === 204 ? null : request.responseText, { status: request.status, headers: Object.fromEntries(headers) });
}

/** @param {Response} response */
async function read(response) {
  if (response.status === 204) return { status: 204, body: null };
  if (response.ok) return { status: response.status, body: await response.json() };
  const problem = await readProblem(response);
  const error = new HttpError(response.status, problem?.detail ?? '', retryAfter(response), problem === null);
  if (error.isStalePage) reloadPage();
  throw error;
}

/** Reads the problem details (RFC 9457) of the app; null if the response is that of a proxy. @param {Response} response */
async function readProblem(response) {
  if (!response.headers.get('Content-Type')?.startsWith('application/problem+json')) return null;
  const problem = await response.json().catch(() => null);
  return problem instanceof Object && (problem.status ?? response.status) === response.status ? problem : null;
}

/** Reloads the page, unless a reload a moment ago has not helped. */
function reloadPage() {
  const [navigation] = performance.getEntriesByType('navigation');
  const wasReloaded = navigation instanceof PerformanceNavigationTiming && navigation.type === 'reload';
  if (!wasReloaded || performance.now() > MIN_RELOAD_INTERVAL) location.reload();
}

/** @param {HTMLFormElement} form */
function tokenOf(form) {
  const field = form.elements.namedItem('__RequestVerificationToken');
  return field instanceof HTMLInputElement ? field.value : '';
}

/** Parses Retry-After, which is a number of seconds or a date (RFC 9110, section 10.2.3). Returns milliseconds. @param {Response} response */
function retryAfter(response) {
  const value = response.headers.get('Retry-After');
  if (!value) return 0;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Math.max(0, wait || 0);
}
