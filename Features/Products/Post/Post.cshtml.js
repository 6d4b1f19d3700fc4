// @ts-check
// Disables the price of a free product. Without the check in the browser, a missing price would make users pick their photos again.

const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-post-product]"))
const price = /** @type {HTMLInputElement} */ (form.elements.namedItem("price"))
const free = /** @type {HTMLInputElement} */ (form.elements.namedItem("free"))

function follow() {
  price.disabled = free.checked
  price.required = !free.checked
}

free.addEventListener("change", follow)
follow()
