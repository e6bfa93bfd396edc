/** One word in each script that the worker's image promises to draw. */
const samples: Readonly<Record<string, string>> = {
  Arabic: "السلام",
  Hebrew: "שלום",
  Devanagari: "नमस्ते",
  Bengali: "নমস্কার",
  Tamil: "வணக்கம்",
  Telugu: "నమస్తే",
  Gujarati: "નમસ્તે",
  Kannada: "ನಮಸ್ಕಾರ",
  Malayalam: "നമസ്കാരം",
  Gurmukhi: "ਸਤਿ",
  Thai: "สวัสดี",
  Japanese: "こんにちは世界",
  Chinese: "你好世界",
  Korean: "안녕하세요",
  emoji: "😀",
};

/** Fonts that pages name, and the ones with the same widths that the image has. */
const twins: readonly (readonly [string, string])[] = [
  ["Arial", "Liberation Sans"],
  ["Times New Roman", "Liberation Serif"],
  ["Courier New", "Liberation Mono"],
  ["Calibri", "Carlito"],
  ["Cambria", "Caladea"],
];

/** A page that checks its fonts: green when none is missing, else white with the names of the missing ones. */
export const fontPage = `<!doctype html><meta charset="utf-8"><title>Fonts</title><body style="margin:0;font:24px Arial"><script>
  const samples = ${JSON.stringify(samples)};
  const twins = ${JSON.stringify(twins)};
  const context = Object.assign(document.createElement("canvas"), { width: 400, height: 60 }).getContext("2d");
  function drawn(text) {
    context.clearRect(0, 0, 400, 60);
    context.font = "32px sans-serif";
    context.fillText(text, 10, 40);
    return context.getImageData(0, 0, 400, 60).data.join();
  }
  // No font has a glyph for this one.
  const missing = Object.entries(samples).filter(([, text]) =>
    drawn(text) === drawn("\\u{10FFFD}".repeat([...text].length))).map(([name]) => name);
  function width(font) {
    context.font = "32px '" + font + "', monospace";
    return context.measureText("Hamburgefonstiv 0123").width;
  }
  for (const [name, twin] of twins)
    if (width(name) !== width(twin) || (name !== "Courier New" && width(name) === width("no such font"))) missing.push(name);
  if (missing.length > 0) document.body.textContent = missing.join(", ");
  else document.body.style.background = "rgb(0, 128, 0)";
</script>`;
