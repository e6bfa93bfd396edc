const curves = ["Quad", "Cubic", "Quart", "Quint"] as const;

/** How a scroll movement begins and ends, by its name over HTTP. */
export const easingNames: Readonly<Record<string, string>> = Object.fromEntries([
  ["linear", "Linear"],
  ...(["In", "Out", "InOut"] as const).flatMap((ends) =>
    curves.map((curve): [string, string] => [
      `ease_${ends === "InOut" ? "in_out" : ends.toLowerCase()}_${curve.toLowerCase()}`,
      `Ease${ends}${curve}`,
    ]),
  ),
]);
