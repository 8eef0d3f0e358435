/** Bytes of hexadecimal text, blanks allowed. */
export const unhex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
