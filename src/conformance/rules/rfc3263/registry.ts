/** Every rule of RFC 3263, one line each. */
export { rule as '4-1' } from './4-1.js'
export { rule as '5-1' } from './5-1.js'
