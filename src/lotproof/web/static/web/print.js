"use strict";
// A controlled copy has just been entered: open the dialogue of the printer once its margin is there.
addEventListener("load", () => setTimeout(() => window.print(), 100));
