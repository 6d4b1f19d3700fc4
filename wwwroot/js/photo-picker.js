// @ts-check
/**
 * Makes a file input pleasant: pictures are shown before they are sent, taken back one by one, added to by picking again, and made
 * small in the browser. What was picked stays in the input itself, so the form posts as it would without this script.
 *
 *   <div data-photo-picker
 *        data-most="5"              how many at most; at 1 a new pick takes the place of the old one, as for an avatar
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

const LONGEST_SIDE = 1600
const TYPE = "image/jpeg"
const EXTENSION = ".jpg"
const QUALITY = 0.85
const PAPER = "#ffffff" // JPEG knows no transparency; what shines through is white.

class PhotoPicker {
  #root
  #input
  #list
  #template
  #message
  #count
  #most
  #maxBytes

  /** @type {{ file: File, url: string }[]} */
  #photos = []

  /** The picks being worked on; each waits for the one before, so that pictures keep their order. */
  #work = Promise.resolve()
  #waiting = 0

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root
    this.#input = /** @type {HTMLInputElement} */ (root.querySelector("input[type=file]"))
    this.#list = root.querySelector("[data-photo-list]")
    this.#template = /** @type {HTMLTemplateElement | null} */ (root.querySelector("[data-photo-template]"))
    this.#message = root.querySelector("[data-photo-message]")
    this.#count = root.querySelector("[data-photo-count]")
    this.#most = Number(root.dataset.most ?? 1)
    this.#maxBytes = Number(root.dataset.maxBytes ?? Infinity)
  }

  start() {
    this.#input.addEventListener("change", () => this.#add([...this.#input.files ?? []]))
    this.#input.form?.addEventListener("submit", event => this.#submitWhenDone(event))
    this.#root.querySelector("[data-photo-add]")?.removeAttribute("hidden")
    this.#root.dataset.ready = ""
    this.#add([...this.#input.files ?? []]) // What the browser kept of a form one comes back to.
  }

  /** @param {File[]} files */
  #add(files) {
    this.#say("")
    this.#waiting++
    this.#work = this.#work.then(() => this.#addNow(files)).finally(() => this.#waiting--)
  }

  /** @param {File[]} files */
  async #addNow(files) {
    this.#beBusy(files.length > 0)
    for (const file of files) {
      if (this.#most > 1 && this.#photos.length >= this.#most) {
        this.#say(this.#root.dataset.tooMany)
        break
      }

      const smaller = await this.#shrink(file)
      if (smaller) this.#keep(smaller)
      else this.#say(this.#root.dataset.notAPhoto?.replace("{0}", file.name))
    }

    this.#beBusy(false)
    this.#show()
  }

  /**
   * The picture as it is to be sent, or null when it is none that this browser can open. Turned upright on the way, and without
   * what a camera writes beside the picture, such as where it was taken.
   * @param {File} file
   */
  async #shrink(file) {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null)
    if (!bitmap) return null

    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height))
    const blob = await this.#draw(bitmap, scale).catch(() => null)
    bitmap.close()
    if (!blob) return file // It is a picture; the server says whether it is too large.

    const isWorthIt = blob.size < file.size || scale < 1 || file.size > this.#maxBytes
    return isWorthIt ? new File([blob], file.name.replace(/\.\w+$/, "") + EXTENSION, { type: TYPE }) : file
  }

  /**
   * @param {ImageBitmap} bitmap
   * @param {number} scale
   */
  async #draw(bitmap, scale) {
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale)))
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"))
    context.imageSmoothingQuality = "high"
    context.fillStyle = PAPER
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    return canvas.convertToBlob({ type: TYPE, quality: QUALITY })
  }

  /** @param {File} file */
  #keep(file) {
    if (this.#most === 1) this.#forget(0)
    this.#photos.push({ file, url: URL.createObjectURL(file) })
  }

  #show() {
    const transfer = new DataTransfer()
    for (const photo of this.#photos) transfer.items.add(photo.file)
    this.#input.files = transfer.files
    if (this.#count) this.#count.textContent = `${this.#photos.length}/${this.#most}`
    this.#list?.replaceChildren(...this.#photos.map((photo, index) => this.#item(photo.url, index)))
  }

  /**
   * @param {string} url
   * @param {number} index
   */
  #item(url, index) {
    const item = this.#template ? /** @type {DocumentFragment} */ (this.#template.content.cloneNode(true)) : document.createDocumentFragment()
    const image = item.querySelector("img")
    if (image) image.src = url
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

  /** @param {number} index */
  #forget(index) {
    for (const photo of this.#photos.splice(index, 1)) URL.revokeObjectURL(photo.url)
  }

  /**
   * A form that leaves while pictures are being made small would leave without them.
   * @param {SubmitEvent} event
   */
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

for (const root of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-photo-picker]"))) new PhotoPicker(root).start()
