/** Red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** The colours that tests check for, different enough to be distinguished in a JPEG. */
export const colours = {
  white: [255, 255, 255],
  black: [0, 0, 0],
  red: [220, 30, 40],
  green: [20, 160, 70],
  blue: [30, 80, 220],
  yellow: [250, 200, 20],
  violet: [140, 50, 200],
  orange: [245, 130, 20],
  teal: [10, 150, 160],
  pink: [240, 90, 160],
  grey: [120, 120, 120],
  navy: [20, 30, 70],
} as const satisfies Record<string, Colour>;

const series: readonly Colour[] = [
  colours.red,
  colours.green,
  colours.blue,
  colours.yellow,
  colours.violet,
  colours.orange,
  colours.teal,
  colours.pink,
];

/** The colour of the n-th element, from 0; neighbours differ. */
export function colourOf(index: number): Colour {
  return series[index % series.length] ?? colours.grey;
}

/** As CSS writes it. */
export function css([red, green, blue]: Colour): string {
  return `rgb(${red}, ${green}, ${blue})`;
}
