/** Every rule of RFC 4320, one line each. */
export { rule as '3-1' } from './3-1.js'
export { rule as '3-2' } from './3-2.js'
export { rule as '3-5' } from './3-5.js'
export { rule as '3-6' } from './3-6.js'
