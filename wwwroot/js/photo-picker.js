// @ts-check
import { takeDrops } from './file-drops.js';
import { keepFocus } from './focus.js';
import { PhotoStorage } from './photo-storage.js';
import { shrinkPhoto } from './shrink-photo.js';

/**
 * Enhances a file input for photos: it shows previews, removes single photos, adds photos when the user picks again, and resizes them in
 * the browser. The photos stay in the input itself, so the form posts as it would without this script. A page that does not post the
 * form creates its own PhotoPicker and reads `photos`.
 *
 *   <div data-photo-picker
 *        data-max="5"              the maximum number; if it is 1, a new photo replaces the old one, as for an avatar
 *        data-max-bytes="5242880"   the maximum size of a file on the server
 *        data-not-a-photo="…{0}…"   message about a file that is not a photo; {0} is its name
 *        data-too-many="…"          message about too many photos
 *        data-preparing="…">        message while photos are resized
 *     <button type="button" hidden data-photo-add>…<span data-photo-count></span></button>   replaces the input
 *     <input type="file" id="…" name="…" accept="image/*" multiple>
 *     <ul data-photo-list></ul>
 *     <p role="status" data-photo-message></p>
 *     <template data-photo-template><li><img alt=""><button type="button" aria-label="…{0}…"></button></li></template>
 *   </div>
 *
 * Only the input is required. The script sets `data-ready` on the wrapper for the styles, and `aria-busy` while it resizes photos.
 */

const FORM_PREFIX = "form:"
const FORM_LIFETIME = 3_600_000 // As long as the server keeps the words of a form (FormRecovery).
const MAX_KEEP = 2_000

/** @type {PhotoStorage | undefined} */ let opened

/** Opened on first use, because most pages have no photos to pick. */
const storage = () => opened ??= new PhotoStorage()

const pause = (/** @type {number} */ milliseconds) => new Promise(resolve => setTimeout(resolve, milliseconds))

/** Dispatches 'change' when the photos have changed. */
export class PhotoPicker extends EventTarget {
  #root
  #input
  #list
  #template
  #message
  #button
  #count
  #max
  #maxBytes

  /** @type {(import("./shrink-photo.js").Photo & { url: string })[]} */
  #photos = []

  /** The queue of picked files; each waits for the previous one, so that photos keep their order. */
  #work = Promise.resolve()
  #waiting = 0
  #saysPreparing = false

  /** Whether a submission has been delayed and can go now. */
  #isReady = false
  #restored = false

  /** @param {HTMLElement} root */
  constructor(root) {
    super()
    this.#root = root
    this.#input = /** @type {HTMLInputElement} */ (root.querySelector("input[type=file]"))
    this.#list = root.querySelector("[data-photo-list]")
    this.#template = /** @type {HTMLTemplateElement | null} */ (root.querySelector("[data-photo-template]"))
    this.#message = root.querySelector("[data-photo-message]")
    this.#button = /** @type {HTMLElement | null} */ (root.querySelector("[data-photo-add]"))
    this.#count = root.querySelector("[data-photo-count]")
    this.#max = Number(root.dataset.max ?? 1)
    this.#maxBytes = Number(root.dataset.maxBytes ?? Infinity)
  }

  /** The photos to send, in order. @returns {import("./shrink-photo.js").Photo[]} */
  get photos() { return [...this.#photos] }

  /** The messages beside the photos, from the wrapper's data attributes. */
  get labels() { return this.#root.dataset }

  get isBusy() { return this.#waiting > 0 }

  /** Fulfilled when all photos have been resized. */
  get done() { return this.#work }

  start() {
    this.#input.addEventListener("change", () => this.add([...this.#input.files ?? []]))
    this.#replaceInput()
    this.#root.dataset.ready = ""
    this.add([...this.#input.files ?? []]) // Files that the browser has restored with the form.
  }

  /** Shows the page's own button instead of the input, whose words are the browser's, in the browser's language. */
  #replaceInput() {
    if (!this.#button) return
    for (const name of ["aria-describedby", "aria-invalid"]) {
      const value = this.#input.getAttribute(name)
      if (value !== null) this.#button.setAttribute(name, value)
    }

    this.#button.hidden = false
    this.#button.addEventListener("click", () => this.#input.click())
    keepFocus(() => { this.#input.hidden = true }, this.#button)
  }

  /** Takes the files that are dropped anywhere on the page. */
  takeDrops() {
    takeDrops({ take: files => this.add(files), show: dragging => this.#root.toggleAttribute("data-drop", dragging) })
  }

  /**
   * Delays the submission of a form until all photos have been resized. If the form has an id, also keeps the photos on the device until then,
   * and restores them when the page shows the same form again: browsers do not fill in file inputs.
   * @param {HTMLFormElement | null} form
   */
  hold(form) {
    if (!form) return
    const id = form.elements.namedItem("FormId")
    const key = id instanceof HTMLInputElement ? FORM_PREFIX + id.value : null
    form.addEventListener("submit", event => this.#submitWhenDone(event, key))
    if (key) void this.#restore(key)
  }

  /** @param {File[]} files */
  add(files) {
    this.say("")
    this.#waiting++
    this.#work = this.#work.then(() => this.#addNow(files)).finally(() => this.#waiting--)
  }

  /** Removes all photos. */
  clear() {
    this.#forget(0, this.#photos.length)
    this.say("")
    this.#show()
  }

  /** @param {File[]} files */
  async #addNow(files) {
    this.#beBusy(files.length > 0)
    for (const file of files) {
      if (this.#max > 1 && this.#photos.length >= this.#max) {
        this.say(this.#root.dataset.tooMany)
        break
      }

      const smaller = await shrinkPhoto(file, this.#maxBytes)
      if (smaller) this.#keep(smaller)
      else this.say(this.#root.dataset.notAPhoto?.replace("{0}", file.name))
    }

    this.#beBusy(false)
    this.#show()
  }

  /** @param {import("./shrink-photo.js").Photo} photo */
  #keep(photo) {
    if (this.#max === 1) this.#forget(0)
    this.#photos.push({ ...photo, url: URL.createObjectURL(photo.file) })
  }

  #show() {
    const focused = [...this.#list?.querySelectorAll("button") ?? []].findIndex(button => button === document.activeElement)
    const transfer = new DataTransfer()
    for (const photo of this.#photos) transfer.items.add(photo.file)
    this.#input.files = transfer.files
    if (this.#count) this.#count.textContent = `${this.#photos.length}/${this.#max}`
    this.#list?.replaceChildren(...this.#photos.map((photo, index) => this.#item(photo, index)))
    if (focused >= 0) this.#focus(focused)
    this.dispatchEvent(new Event("change"))
  }

  /**
   * @param {import("./shrink-photo.js").Photo & { url: string }} photo
   * @param {number} index
   */
  #item({ url, file, width }, index) {
    const item = this.#template ? /** @type {DocumentFragment} */ (this.#template.content.cloneNode(true)) : document.createDocumentFragment()
    const image = item.querySelector("img")
    if (image && width) image.src = url
    else image?.replaceWith(nameOf(file, image.className)) // The browser cannot decode it.
    const button = item.querySelector("button")
    button?.setAttribute("aria-label", (button.getAttribute("aria-label") ?? "").replace("{0}", String(index + 1)))
    button?.addEventListener("click", () => this.#remove(index))
    return item
  }

  /** @param {number} index */
  #remove(index) {
    if (this.#waiting > 0) return // The list is about to be rendered again with other indexes.
    this.#forget(index)
    this.say("")
    this.#show()
    this.#focus(index)
  }

  /** @param {number} index */
  #focus(index) {
    const buttons = this.#list?.querySelectorAll("button") ?? []
    const next = buttons[Math.min(index, buttons.length - 1)] ?? this.#button ?? this.#input
    next.focus()
  }

  /** @param {number} index @param {number} count */
  #forget(index, count = 1) {
    for (const photo of this.#photos.splice(index, count)) URL.revokeObjectURL(photo.url)
  }

  /** @param {SubmitEvent} event @param {string | null} key */
  async #submitWhenDone(event, key) {
    const isKept = !key || (this.#photos.length === 0 && !this.#restored)
    if (this.#isReady || (this.#waiting === 0 && isKept)) return
    event.preventDefault()
    await this.#work
    if (key) await Promise.race([storage().put(key, this.photos.map(photo => photo.file)), pause(MAX_KEEP)])
    this.#isReady = true
    this.#input.form?.requestSubmit(event.submitter)
    this.#isReady = false
  }

  /** @param {string} key */
  async #restore(key) {
    await storage().deleteOld(FORM_PREFIX, FORM_LIFETIME)
    const files = await storage().get(key)
    if (!files || files.length === 0) return
    this.#restored = true
    this.#root.parentElement?.querySelector("[data-pick-again]")?.remove()
    this.add(files)
  }

  /** @param {boolean} busy */
  #beBusy(busy) {
    this.#root.setAttribute("aria-busy", String(busy))
    if (busy) this.say(this.#root.dataset.preparing, true)
    else if (this.#saysPreparing) this.say("")
  }

  /** Shows a message beside the photos. @param {string | undefined} sentence @param {boolean} isPreparing */
  say(sentence, isPreparing = false) {
    this.#saysPreparing = isPreparing // The text itself may have been translated by the browser.
    if (this.#message) this.#message.textContent = sentence ?? ""
  }
}

/** @param {File} file @param {string} className */
function nameOf(file, className) {
  const name = document.createElement("span")
  name.className = className
  name.textContent = file.name
  return name
}

for (const root of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-photo-picker]"))) {
  const picker = new PhotoPicker(root)
  picker.start()
  picker.takeDrops()
  picker.hold(root.closest("form"))
}
