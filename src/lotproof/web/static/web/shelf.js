"use strict";
// What was scanned and not yet acknowledged lies on a shelf of this device (IndexedDB, written through to the disk), so that neither a
// lost connection nor a reload nor a crash of the browser loses a scan.
(() => {
  const NAME = "lotproof-scans", STORE = "scans";
  const opened = new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "order", autoIncrement: true });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const within = async (mode, work) => {
    const base = await opened;
    return new Promise((done, failed) => {
      const all = base.transaction(STORE, mode, { durability: "strict" });
      const request = work(all.objectStore(STORE));
      all.oncomplete = () => done(request && request.result);
      all.onerror = all.onabort = () => failed(all.error);
    });
  };
  window.lotproofShelf = {
    put: (scan) => within("readwrite", (store) => store.add(scan)),
    every: () => within("readonly", (store) => store.getAll()),
    all: async (session) => (await within("readonly", (store) => store.getAll())).filter((one) => one.session === session),
    remove: (orders) => within("readwrite", (store) => { orders.forEach((order) => store.delete(order)); return null; }),
  };
})();
