// @ts-check
// Deletes the drafts and unsent messages that the browser keeps when the user signs out. The response does so too, by Clear-Site-Data, but
// browsers obey that on secure connections only, and not for an app under a path of its host, where it would delete the data of other apps.

const OWN_KEY = /^(draft|outbox):/;
const PHOTOS = 'market-photos';

for (const form of document.querySelectorAll('[data-sign-out], [data-sign-out-everywhere]')) {
  form.addEventListener('submit', () => {
    try {
      for (const storage of [localStorage, sessionStorage]) {
        for (const key of Object.keys(storage).filter(name => OWN_KEY.test(name))) storage.removeItem(key);
      }
      indexedDB.deleteDatabase(PHOTOS);
    } catch {
      // Storage is forbidden, so there is nothing in it.
    }
  });
}
