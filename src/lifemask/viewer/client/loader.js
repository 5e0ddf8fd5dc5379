"use strict";
(async () => {
  const message = document.getElementById("lifemask-message");
  if (typeof DecompressionStream === "undefined") {
    message.textContent = "This browser is too old to show this page. Any of 2023 or later will do.";
    return;
  }
  try {
    const element = document.getElementById("lifemask-script");
    const text = atob(element.textContent.trim());
    element.remove();
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const script = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const url = URL.createObjectURL(new Blob([await new Response(script).text()], { type: "text/javascript" }));
    await import(url);
    URL.revokeObjectURL(url);
  } catch (problem) {
    message.textContent = "This page cannot be shown: " + problem.message;
    console.error(problem);
  }
})();
