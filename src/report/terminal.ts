const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const
export type Colour = keyof typeof codes
export type Paint = (colour: Colour, text: string) => string

/** ANSI colours, or the text as it is. */
export const painter =
  (colours: boolean): Paint =>
  (colour, content) =>
    colours ? `\u001b[${codes[colour]}m${content}\u001b[0m` : content

/** Control characters of foreign text (reasons hold what a gateway sent) must not reach the terminal. */
export const clean = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
