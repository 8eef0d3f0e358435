/** Every rule of RFC 6455, one line each. */
export { rule as 'h-01' } from './h-01.js'
export { rule as 'h-02' } from './h-02.js'
export { rule as 'h-03' } from './h-03.js'
