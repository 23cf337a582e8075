"use strict";
// The camera as a scanner: zxing-wasm (zxing-cpp compiled for browsers) looks at the picture of this device; no picture leaves it.
(() => {
  const say = window.lotproofSay;
  const button = document.getElementById("camera"), video = document.getElementById("video"), finder = document.getElementById("finder");
  if (!button || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
  const line = document.getElementById("line"), FOLDER = "/static/web/zxing/", PAUSE = 120, SAME = 2500;
  const OPTIONS = { formats: ["DataMatrix", "QRCode", "Code128", "DataBar", "EAN13", "EAN8"], textMode: "Plain", tryHarder: true, maxNumberOfSymbols: 4 };
  let stream = null, reader = null;
  const seen = new Map();

  const load = () => reader || (reader = new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = `${FOLDER}reader.js`;
    script.onload = () => {
      window.ZXingWASM.prepareZXingModule({ overrides: { locateFile: (name) => FOLDER + name } });
      done(window.ZXingWASM);
    };
    script.onerror = () => { reader = null; failed(new Error(say("the reader could not be loaded; try again when the connection is back."))); };
    document.head.append(script);
  }));

  const noticed = (code, now) => {
    const text = code.contentType === "GS1" ? code.symbologyIdentifier + code.text : code.text;
    const before = seen.get(text) ?? -SAME;
    seen.set(text, now); // while a code stays in view it is one scan
    if (now - before >= SAME) document.dispatchEvent(new CustomEvent("lotproof-seen", { detail: text }));
  };

  const watch = async (zxing) => {
    const canvas = document.createElement("canvas"), brush = canvas.getContext("2d", { willReadFrequently: true });
    while (stream) {
      if (video.videoWidth) {
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        brush.drawImage(video, 0, 0);
        const found = await zxing.readBarcodes(brush.getImageData(0, 0, canvas.width, canvas.height), OPTIONS);
        for (const code of found) if (code.isValid) noticed(code, performance.now());
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  };

  const stop = () => {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    finder.hidden = true;
    button.setAttribute("aria-pressed", "false");
    button.textContent = say("Camera");
  };

  button.hidden = false;
  button.addEventListener("click", async () => {
    if (stream) { stop(); return; }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
      video.srcObject = stream;
      finder.hidden = false;
      button.setAttribute("aria-pressed", "true");
      button.textContent = say("Stop the camera");
      await video.play();
      await watch(await load());
    } catch (error) {
      stop();
      line.textContent = say("The camera cannot be used: {why} Allow it for this page, or take a photo.", { why: error.message });
    }
  });
})();
