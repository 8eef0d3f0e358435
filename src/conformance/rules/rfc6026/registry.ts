/** Every rule of RFC 6026, one line each. */
export { rule as '7.3-20' } from './7.3-20.js'
