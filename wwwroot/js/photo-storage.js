// @ts-check

const NAME = 'photos';

/** @typedef {{ name: string, type: string, bytes: ArrayBuffer }} StoredFile */
/** @typedef {{ savedAt: number, files: StoredFile[] }} Entry */

/** Files in IndexedDB, by key. They are stored as bytes and type, because WebKit refuses Blobs in a private window. */
export class PhotoStorage {
  #database = openDatabase();

  /** @param {string} key @param {Blob[]} files @returns {Promise<boolean>} whether the browser has stored them */
  async put(key, files) {
    try {
      const entry = { savedAt: Date.now(), files: await Promise.all(files.map(toStoredFile)) };
      await this.#request('readwrite', store => store.put(entry, key));
      return true;
    } catch {
      return false; // IndexedDB is forbidden or full, or a file can no longer be read.
    }
  }

  /** @param {string} key @returns {Promise<File[] | undefined>} undefined if there are none, or what is stored makes no sense */
  async get(key) {
    const entry = await this.#request('readonly', store => store.get(key)).catch(() => undefined);
    if (isEntry(entry)) return entry.files.map(({ name, type, bytes }) => new File([bytes], name, { type }));
    if (entry !== undefined) await this.delete(key);
    return undefined;
  }

  /** @param {string} key */
  async delete(key) { await this.#request('readwrite', store => store.delete(key)).catch(() => {}); }

  /** Deletes the entries whose key starts with `prefix` and that are older than `age`. @param {string} prefix @param {number} age in milliseconds */
  async deleteOld(prefix, age) {
    const keys = /** @type {string[]} */ (await this.#request('readonly', store => store.getAllKeys(IDBKeyRange.bound(prefix, `${prefix}\uffff`))).catch(() => []));
    for (const key of keys) {
      const entry = await this.#request('readonly', store => store.get(key)).catch(() => undefined);
      if (!isEntry(entry) || Date.now() - entry.savedAt > age) await this.delete(key);
    }
  }

  /**
   * @template T
   * @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} operation
   * @returns {Promise<T>} rejects if the browser forbids it, or the disk is full
   */
  async #request(mode, operation) {
    const database = await this.#database;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(NAME, mode);
      const request = operation(transaction.objectStore(NAME));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}

/** @param {Blob} file @returns {Promise<StoredFile>} */
const toStoredFile = async file => ({ name: file instanceof File ? file.name : '', type: file.type, bytes: await file.arrayBuffer() });

/** @param {unknown} entry @returns {entry is Entry} */
function isEntry(entry) {
  const { savedAt, files } = /** @type {Partial<Record<keyof Entry, unknown>>} */ (entry ?? {});
  return Number.isFinite(savedAt) && Array.isArray(files) && files.every(isStoredFile);
}

/** @param {unknown} file */
function isStoredFile(file) {
  const { name, type, bytes } = /** @type {Partial<Record<keyof StoredFile, unknown>>} */ (file ?? {});
  return typeof name === 'string' && typeof type === 'string' && bytes instanceof ArrayBuffer;
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  const database = new Promise((resolve, reject) => {
    const request = indexedDB.open('market-photos', 1);
    request.onupgradeneeded = () => request.result.createObjectStore(NAME);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  database.catch(() => {}); // Reported by each request.
  return database;
}
