// @ts-check
import { shrinkPhoto } from './shrink-photo.js';

/**
 * Makes a file input pleasant: pictures are shown before they are sent, taken back one by one, added to by picking again, and made
 * small in the browser. What was picked stays in the input itself, so the form posts as it would without this script. A script of a
 * page with other plans makes a PhotoPicker of its own and asks it for the photos.
 *
 *   <div data-photo-picker
 *        data-max="5"              how many at most; at 1 a new pick takes the place of the old one, as for an avatar
 *        data-max-bytes="5242880"   what the server takes per file
 *        data-not-a-photo="…{0}…"   sentence about a file that is no picture; {0} is its name
 *        data-too-many="…"          sentence about more picks than fit
 *        data-preparing="…">        sentence while pictures are being made small
 *     <label for="…" hidden data-photo-add>…<span data-photo-count></span></label>   stands in for the input's own button
 *     <input type="file" id="…" name="…" accept="image/*" multiple>
 *     <ul data-photo-list></ul>
 *     <p role="status" data-photo-message></p>
 *     <template data-photo-template><li><img alt=""><button type="button" aria-label="…{0}…"></button></li></template>
 *   </div>
 *
 * Only the input must be there. `data-ready` on the wrapper tells the styles that the script has taken over, `aria-busy` that it works.
 */

/** Events: 'change' when what is picked is another now. */
export class PhotoPicker extends EventTarget {
  #root
  #input
  #list
  #template
  #message
  #count
  #max
  #maxBytes

  /** @type {(import("./shrink-photo.js").Photo & { url: string })[]} */
  #photos = []

  /** The picks being worked on; each waits for the one before, so that pictures keep their order. */
  #work = Promise.resolve()
  #waiting = 0

  /** @param {HTMLElement} root */
  constructor(root) {
    super()
    this.#root = root
    this.#input = /** @type {HTMLInputElement} */ (root.querySelector("input[type=file]"))
    this.#list = root.querySelector("[data-photo-list]")
    this.#template = /** @type {HTMLTemplateElement | null} */ (root.querySelector("[data-photo-template]"))
    this.#message = root.querySelector("[data-photo-message]")
    this.#count = root.querySelector("[data-photo-count]")
    this.#max = Number(root.dataset.max ?? 1)
    this.#maxBytes = Number(root.dataset.maxBytes ?? Infinity)
  }

  /** What is to be sent, in order. @returns {import("./shrink-photo.js").Photo[]} */
  get photos() { return [...this.#photos] }

  get isBusy() { return this.#waiting > 0 }

  /** Fulfilled when nothing is being made small any more. */
  get done() { return this.#work }

  start() {
    this.#input.addEventListener("change", () => this.add([...this.#input.files ?? []]))
    this.#root.querySelector("[data-photo-add]")?.removeAttribute("hidden")
    this.#root.dataset.ready = ""
    this.add([...this.#input.files ?? []]) // What the browser kept of a form one comes back to.
  }

  /** Has a form that leaves while pictures are being made small wait for them. @param {HTMLFormElement | null} form */
  hold(form) { form?.addEventListener("submit", event => this.#submitWhenDone(event)) }

  /** @param {File[]} files */
  add(files) {
    this.#say("")
    this.#waiting++
    this.#work = this.#work.then(() => this.#addNow(files)).finally(() => this.#waiting--)
  }

  /** Takes all of them back. */
  clear() {
    this.#forget(0, this.#photos.length)
    this.#say("")
    this.#show()
  }

  /** @param {File[]} files */
  async #addNow(files) {
    this.#beBusy(files.length > 0)
    for (const file of files) {
      if (this.#max > 1 && this.#photos.length >= this.#max) {
        this.#say(this.#root.dataset.tooMany)
        break
      }

      const smaller = await shrinkPhoto(file, this.#maxBytes)
      if (smaller) this.#keep(smaller)
      else this.#say(this.#root.dataset.notAPhoto?.replace("{0}", file.name))
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
    const transfer = new DataTransfer()
    for (const photo of this.#photos) transfer.items.add(photo.file)
    this.#input.files = transfer.files
    if (this.#count) this.#count.textContent = `${this.#photos.length}/${this.#max}`
    this.#list?.replaceChildren(...this.#photos.map((photo, index) => this.#item(photo, index)))
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
    else image?.replaceWith(nameOf(file, image.className)) // This browser cannot open it.
    const button = item.querySelector("button")
    button?.setAttribute("aria-label", (button.getAttribute("aria-label") ?? "").replace("{0}", String(index + 1)))
    button?.addEventListener("click", () => this.#remove(index))
    return item
  }

  /** @param {number} index */
  #remove(index) {
    if (this.#waiting > 0) return // The list is about to be drawn anew, with other numbers.
    this.#forget(index)
    this.#say("")
    this.#show()
    const buttons = this.#list?.querySelectorAll("button") ?? []
    const next = buttons[Math.min(index, buttons.length - 1)] ?? this.#input
    next.focus()
  }

  /** @param {number} index @param {number} count */
  #forget(index, count = 1) {
    for (const photo of this.#photos.splice(index, count)) URL.revokeObjectURL(photo.url)
  }

  /** @param {SubmitEvent} event */
  async #submitWhenDone(event) {
    if (this.#waiting === 0) return
    event.preventDefault()
    await this.#work
    this.#input.form?.requestSubmit(event.submitter)
  }

  /** @param {boolean} busy */
  #beBusy(busy) {
    this.#root.setAttribute("aria-busy", String(busy))
    if (busy) this.#say(this.#root.dataset.preparing)
    else if (this.#message?.textContent === this.#root.dataset.preparing) this.#say("")
  }

  /** @param {string | undefined} sentence */
  #say(sentence) {
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
  picker.hold(root.closest("form"))
}
