import { text } from '../../scenario/fields.js'
import { defineFault } from '../fault.js'
import { checkInstance, onInstance } from '../gateway-fault.js'

export const kill = defineFault({
  word: 'kill',
  help: 'ends the process of an embedded gateway (SIGKILL); undone by another at the same addresses, which knows nothing of the calls and registrations before',
  settings: text,
  example: '- { at: 30s, for: 10s, kill: gateway-1 }',
  subjects: (name) => [name],
  target: (name) => name,
  check: checkInstance,
  async prepare(name, scene) {
    const instance = scene.instance(name)
    return onInstance({
      does: `kill -9 the process of ${name}`,
      undoes: `start ${name} anew at its addresses`,
      make: () => instance.kill(),
      standBy: () => instance.standBy(),
      undo: () => instance.revive(),
    })
  },
})
