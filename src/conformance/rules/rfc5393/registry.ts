/** Every rule of RFC 5393, one line each. */
export { rule as '5.3.3-1' } from './5.3.3-1.js'
export { rule as '5.3.3-4' } from './5.3.3-4.js'
export { rule as '5.3.3-5' } from './5.3.3-5.js'
export { rule as '5.3.3-9' } from './5.3.3-9.js'
