// @ts-check
import { PhotoStorage } from '/js/photo-storage.js';

/**
 * The files of messages that are not known to be stored on the server, by user, room and client id: on the device, so that they survive a
 * reload; and in memory, in case the browser refuses to store them.
 */
export class PendingPhotoStore {
  #prefix;
  #storage = new PhotoStorage();
  /** @type {Map<string, Blob[]>} */ #inMemory = new Map();

  /** @param {import('/js/room-extensions.js').OpenRoom} room */
  constructor({ me, id }) { this.#prefix = `${me}:${id}:`; }

  /** @param {string} clientId @param {Blob[]} files @returns {Promise<boolean>} whether they survive a reload */
  put(clientId, files) {
    this.#inMemory.set(clientId, files);
    return this.#storage.put(this.#prefix + clientId, files);
  }

  /** @param {string} clientId @returns {Promise<Blob[] | undefined>} */
  async get(clientId) { return this.#inMemory.get(clientId) ?? this.#storage.get(this.#prefix + clientId); }

  /** @param {string} clientId */
  async delete(clientId) {
    this.#inMemory.delete(clientId);
    await this.#storage.delete(this.#prefix + clientId);
  }
}
