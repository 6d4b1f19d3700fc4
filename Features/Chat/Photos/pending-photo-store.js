// @ts-check

const NAME = 'photos';

/**
 * Stores the files of messages that are not known to be stored on the server: in IndexedDB, by user, room and client id, so that they survive
 * a reload; and in memory, in case the browser forbids IndexedDB.
 */
export class PendingPhotoStore {
  #prefix;
  #database = openDatabase();
  /** @type {Map<string, Blob[]>} */ #inMemory = new Map();

  /** @param {import('/js/room-extensions.js').OpenRoom} room */
  constructor({ me, id }) { this.#prefix = `${me}:${id}:`; }

  /** @param {string} clientId @param {Blob[]} files */
  async put(clientId, files) {
    this.#inMemory.set(clientId, files);
    await this.#request('readwrite', store => store.put(files, this.#prefix + clientId));
  }

  /** @param {string} clientId @returns {Promise<Blob[] | undefined>} */
  async get(clientId) {
    return this.#inMemory.get(clientId) ?? this.#request('readonly', store => /** @type {IDBRequest<Blob[] | undefined>} */ (store.get(this.#prefix + clientId)));
  }

  /** @param {string} clientId */
  async delete(clientId) {
    this.#inMemory.delete(clientId);
    await this.#request('readwrite', store => store.delete(this.#prefix + clientId));
  }

  /**
   * @template T
   * @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} operation
   * @returns {Promise<T | undefined>} undefined without a database, or if it is full: the files are sent from memory
   */
  async #request(mode, operation) {
    const database = await this.#database;
    if (!database) return undefined;
    return new Promise(resolve => {
      const transaction = database.transaction(NAME, mode);
      const request = operation(transaction.objectStore(NAME));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => resolve(undefined);
    });
  }
}

/** Opens the database; null if the browser forbids it. @returns {Promise<IDBDatabase | null>} */
function openDatabase() {
  return new Promise(resolve => {
    try {
      const request = indexedDB.open('market-photos', 1);
      request.onupgradeneeded = () => request.result.createObjectStore(NAME);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}
