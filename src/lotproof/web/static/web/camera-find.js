"use strict";
// Outside a session what the camera sees is looked up.
document.addEventListener("lotproof-seen", (event) => { location.href = `/find?q=${encodeURIComponent(event.detail)}`; }, { once: true });
