// @ts-check
// What is given away has no price. Saying so before the form leaves spares people from picking their photos again.

const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-post-product]"))
const price = /** @type {HTMLInputElement} */ (form.elements.namedItem("price"))
const free = /** @type {HTMLInputElement} */ (form.elements.namedItem("free"))

function follow() {
  price.disabled = free.checked
  price.required = !free.checked
}

free.addEventListener("change", follow)
follow()
