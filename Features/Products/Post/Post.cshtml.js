// @ts-check
// What is given away has no price. Saying so before the form leaves spares people from picking their photos again.

const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-post-product]"))
const price = /** @type {HTMLInputElement} */ (form.elements.namedItem("Price"))
const free = /** @type {HTMLInputElement} */ (form.elements.namedItem("Free"))

function follow() {
  price.disabled = free.checked
  price.required = !free.checked
}

free.addEventListener("change", follow)
follow()
