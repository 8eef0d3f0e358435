/** Every rule of RFC 3581, one line each. */
export { rule as '3-2' } from './3-2.js'
export { rule as '4-1' } from './4-1.js'
export { rule as '4-2' } from './4-2.js'
export { rule as '4-3' } from './4-3.js'
export { rule as '4-4' } from './4-4.js'
