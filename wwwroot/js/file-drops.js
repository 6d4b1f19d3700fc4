// @ts-check
// Files that are dropped on the page. The whole page takes them: a browser opens a file that misses its target in place of the page.

/** @typedef {{ take: (files: File[]) => void, show: (dragging: boolean) => void }} DropTarget show: files are being dragged over the page, or no longer */

/** @type {DropTarget | undefined} */ let target;

/** Takes the files that are dropped anywhere on the page. @param {DropTarget} newTarget */
export function takeDrops(newTarget) { target = newTarget; }

/** Starts on every page. On a page that takes no files, the pointer shows that they cannot be dropped. */
export function startDrops() {
  document.addEventListener('dragover', event => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = target ? 'copy' : 'none';
    target?.show(true);
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => { if (!relatedTarget) target?.show(false); }); // The pointer has left the page.
  document.addEventListener('drop', event => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    target?.show(false);
    target?.take([...event.dataTransfer.files]);
  });
}
